"""Strict reading of YAML: what is wrong is a Finding with its line, everything at once; nothing is guessed, nothing is built from tags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

from callcenter.ivr.language.finding import MOST_FINDINGS, Finding

MOST_BYTES = 1024 * 1024
MOST_DEPTH = 12
MOST_NODES = 100_000
"""Words, lists and mappings in a file."""
LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
"""Its parser alone is used: events, from which nothing is built."""
REQUIRED: Any = object()


class Spoilt(Exception):
    """What was being read cannot be used; the findings say why."""


class Enough(Exception):
    """So much is wrong that reading ends; the findings say what, as far as it came."""


class Reading:
    """The findings of one file while it is read: not more of them than anybody reads, and one more to know it by."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.warnings: list[Finding] = []

    def wrong(self, node: yaml.Node, what: str) -> None:
        """Note an error. Raise Enough when there are too many."""
        self.findings.append(Finding(self.file, node.start_mark.line + 1, what))
        if len(self.findings) > MOST_FINDINGS:
            raise Enough

    def warn(self, node: yaml.Node, what: str) -> None:
        if len(self.warnings) <= MOST_FINDINGS:
            self.warnings.append(Finding(self.file, node.start_mark.line + 1, what, "warning"))

    def refuse(self, node: yaml.Node, what: str) -> NoReturn:
        """Note an error, and raise Spoilt (or Enough)."""
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
    if len(text) > MOST_BYTES or len(text.encode()) > MOST_BYTES:
        _spoil(reading, 1, f"expected a file of at most {MOST_BYTES // 1024} KiB")
    if "\ufffd" in text:
        _spoil(reading, text[: text.index("\ufffd")].count("\n") + 1, "not UTF-8")
    try:
        return _document(yaml.parse(text, Loader=LOADER), reading)
    except yaml.MarkedYAMLError as wrong:
        _spoil(reading, wrong.problem_mark.line + 1 if wrong.problem_mark else 1, f"not YAML: {wrong.problem}")
    except yaml.YAMLError as wrong:
        _spoil(reading, 1, f"not YAML: {' '.join(str(wrong).split())}")


def text_of(file: Path) -> str:
    """A file's text as far as it may go, and a little further, so that `compose` finds it too large; what is no UTF-8 in it, too.

    Raise OSError.
    """
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1).decode("utf-8", errors="replace")


def _spoil(reading: Reading, line: int, what: str) -> NoReturn:
    reading.findings.append(Finding(reading.file, line, what))
    raise Spoilt from None


def _document(events: Iterable[Any], reading: Reading) -> yaml.Node:
    """One document from its events, refusing what could make it grow or run: nothing recurses, nothing is built twice."""
    whole: list[yaml.Node] = []
    inside: list[tuple[yaml.Node, list[Any]]] = []
    for n, event in enumerate(events):
        if n > MOST_NODES:
            _spoil(reading, _line(event), f"expected at most {MOST_NODES} words in a file")
        if trick := _trick(event, len(inside)):
            _spoil(reading, _line(event), trick)
        if isinstance(event, yaml.ScalarEvent):
            node = _made(yaml.ScalarNode, event.value, event)
        elif isinstance(event, yaml.CollectionStartEvent):
            kind = yaml.MappingNode if isinstance(event, yaml.MappingStartEvent) else yaml.SequenceNode
            inside.append((_made(kind, [], event), []))
            continue
        elif isinstance(event, yaml.CollectionEndEvent):
            node, children = inside.pop()
            node.value = list(zip(children[::2], children[1::2], strict=True)) if isinstance(node, yaml.MappingNode) else children
        else:
            continue
        (inside[-1][1] if inside else whole).append(node)
    if len(whole) > 1:
        _spoil(reading, whole[1].start_mark.line + 1, "expected one document, here begins another")
    if not whole:
        _spoil(reading, 1, "the file is empty")
    return whole[0]


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _made(kind: type[yaml.Node], value: Any, event: Any) -> yaml.Node:
    return kind("", value, event.start_mark, event.end_mark)


def _trick(event: Any, depth: int) -> str:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        return "anchors and aliases are not used here: write it out"
    if getattr(event, "tag", None):
        return "tags (words that begin with !) are not used here"
    return "nested too deeply" if depth >= MOST_DEPTH and isinstance(event, yaml.CollectionStartEvent) else ""


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
    for name in (one for one in found if one not in keys):
        reading.wrong(found[name][0], f"{what} has no {name!r}; expected {', '.join(keys)}{_comma(name, found[name][1])}")
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


def _comma(key: str, value: yaml.Node) -> str:
    """Why a piece of a sentence stands there as a key: `{zh: 您好,请按 1}`."""
    sentence = not key.isascii() or " " in key
    return "; a text with a comma in it stands in quotes" if sentence and isinstance(value, yaml.ScalarNode) and not value.value else ""


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
