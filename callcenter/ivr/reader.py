"""Strict reading of YAML: what is wrong is a Finding with its line, everything at once; nothing is guessed, nothing is built from tags."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from callcenter.ivr.finding import Finding

MOST_BYTES = 256 * 1024
MOST_DEPTH = 12
REQUIRED: Any = object()


class Spoilt(Exception):
    """What was being read cannot be used; the findings say why."""


class Reading:
    """The findings of one file while it is read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def wrong(self, node: yaml.Node, what: str) -> None:
        self.findings.append(Finding(self.file, node.start_mark.line + 1, what))

    def refuse(self, node: yaml.Node, what: str) -> NoReturn:
        self.wrong(node, what)
        raise Spoilt


Read = Callable[[yaml.Node, Reading], Any]


@dataclass(frozen=True, slots=True)
class Key:
    """How one key of a mapping is read. Without a default it must be there."""

    read: Read
    default: Any = REQUIRED


def compose(text: str, reading: Reading) -> yaml.Node:
    """The document as nodes; Spoilt when it is no YAML, too large, too deep, or uses anchors, aliases or tags."""
    if len(text.encode()) > MOST_BYTES:
        reading.findings.append(Finding(reading.file, 1, f"expected a file of at most {MOST_BYTES // 1024} KiB"))
        raise Spoilt
    if "\ufffd" in text:
        line = text[: text.index("\ufffd")].count("\n") + 1
        reading.findings.append(Finding(reading.file, line, "not UTF-8"))
        raise Spoilt
    try:
        _refuse_tricks(text, reading)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        reading.findings.append(Finding(reading.file, line, f"not YAML: {wrong.problem}"))
        raise Spoilt from None
    except yaml.YAMLError as wrong:
        reading.findings.append(Finding(reading.file, 1, f"not YAML: {' '.join(str(wrong).split())}"))
        raise Spoilt from None
    if node is None:
        reading.findings.append(Finding(reading.file, 1, "the file is empty"))
        raise Spoilt
    return node


def _refuse_tricks(text: str, reading: Reading) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        trick = ""
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            trick = "anchors and aliases are not used here: write it out"
        elif getattr(event, "tag", None):
            trick = "tags (words that begin with !) are not used here"
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            trick = "nested too deeply" if depth > MOST_DEPTH else ""
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if trick:
            line = event.start_mark.line + 1 if event.start_mark else 1
            reading.findings.append(Finding(reading.file, line, trick))
            raise Spoilt


def entries(node: yaml.Node, reading: Reading, what: str) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    """A mapping's (key node, value node) by key; duplicates are findings."""
    if not isinstance(node, yaml.MappingNode):
        reading.refuse(node, f"expected {what}, got {told(node)}")
    found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            reading.wrong(key, f"expected a word as key, got {told(key)}")
        elif key.value in found:
            reading.wrong(key, f"{key.value!r} stands here twice; first on line {found[key.value][0].start_mark.line + 1}")
        else:
            found[key.value] = (key, value)
    return found


def record(node: yaml.Node, reading: Reading, keys: Mapping[str, Key], what: str) -> dict[str, Any]:
    """A mapping with exactly these keys, each read; every finding is noted, then Spoilt when there was one."""
    before = len(reading.findings)
    found = entries(node, reading, what)
    for name in found.keys() - keys.keys():
        reading.wrong(found[name][0], f"{what} has no {name!r}; expected {', '.join(keys)}")
    values: dict[str, Any] = {}
    for name, key in keys.items():
        if name in found:
            try:
                values[name] = key.read(found[name][1], reading)
            except Spoilt:
                continue
        elif key.default is REQUIRED:
            reading.wrong(node, f"{what} needs {name!r}")
        else:
            values[name] = key.default
    if len(reading.findings) > before:
        raise Spoilt
    return values


def text(node: yaml.Node, reading: Reading) -> str:
    """A word or sentence, not empty, on one line."""
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        reading.refuse(node, f"expected text, got {told(node)}")
    return " ".join(node.value.split())


def number(low: int, high: int) -> Read:
    def read(node: yaml.Node, reading: Reading) -> int:
        if isinstance(node, yaml.ScalarNode) and node.value.isascii() and node.value.isdigit() and low <= int(node.value[:9]) <= high:
            return int(node.value)
        return reading.refuse(node, f"expected a whole number from {low} to {high}, got {told(node)}")

    return read


def one_of(choices: tuple[str, ...]) -> Read:
    def read(node: yaml.Node, reading: Reading) -> str:
        if isinstance(node, yaml.ScalarNode) and node.value in choices:
            return str(node.value)
        return reading.refuse(node, f"expected one of {', '.join(choices)}, got {told(node)}")

    return read


def yes_or_no(node: yaml.Node, reading: Reading) -> bool:
    """`yes` or `no`; the words that YAML has for them too."""
    return one_of(("yes", "no", "true", "false"))(node, reading) in ("yes", "true")


def items(node: yaml.Node, reading: Reading, read: Read, what: str) -> tuple[Any, ...]:
    """A list, not empty, each item read."""
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        reading.refuse(node, f"expected {what}, got {told(node)}")
    values = []
    spoilt = False
    for item in node.value:
        try:
            values.append(read(item, reading))
        except Spoilt:
            spoilt = True
    if spoilt:
        raise Spoilt
    return tuple(values)


def told(node: yaml.Node) -> str:
    """What came, in a few words."""
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    if isinstance(node, yaml.SequenceNode):
        return "a list" if node.value else "an empty list"
    return repr(node.value[:60]) if node.value else "nothing"
