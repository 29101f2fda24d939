"""A flow from its YAML text: strictly, with every finding at once. Pure."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from callcenter.ivr.finding import Finding
from callcenter.ivr.plan import read_plan
from callcenter.ivr.reader import Key, Reading, Spoilt, compose, entries, items, number, one_of, record, text, yes_or_no
from callcenter.ivr.spoken import KINDS as SPOKEN
from callcenter.ivr.steps import EXITS, KINDS, SLOT, Flow, Prompt, Step

LANGUAGES = ("zh", "en")
NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
SLOT_NAME = re.compile(r"[a-z][a-z0-9_]{0,19}")
MOST_STEPS = 300
MOST_TEXT = 600
MOST_TITLE = 40


@dataclass(frozen=True)
class Loaded:
    """`flow` holds the steps that could be read even when others could not, so that they can be judged; None: nothing could be read."""

    flow: Flow | None
    findings: tuple[Finding, ...]


def load(source: str, file: str) -> Loaded:
    """Read a flow; `file` only names it in findings."""
    reading = Reading(file)
    try:
        flow = _Flow(reading, source).read()
    except Spoilt:
        flow = None
    return Loaded(flow, tuple(sorted(reading.findings)))


def version_of(source: str) -> str:
    """A short hash of a file's text."""
    return hashlib.sha256(source.encode()).hexdigest()[:8]


def step_keys(word: str) -> Mapping[str, Key]:
    """The keys of a kind of step, beside `do`, as a flow in all languages reads them."""
    return {"title": Key(_title, None), **_Flow(Reading(""), "").keys(word)}


class _Flow:
    """One flow while it is read: what its steps must know of each other (languages, names)."""

    def __init__(self, reading: Reading, source: str) -> None:
        self.reading = reading
        self.source = source
        self.languages: tuple[str, ...] = LANGUAGES
        self.names: frozenset[str] = frozenset()

    def read(self) -> Flow:
        node = compose(self.source, self.reading)
        top = entries(node, self.reading, "a flow (name, languages, start, steps)")
        if "languages" in top:
            self.languages = self._languages(top["languages"][1])
        if "steps" in top:
            self.names = frozenset(entries(top["steps"][1], self.reading, "steps by name"))
        values = self._top(node, top)
        return Flow(**values, version=version_of(self.source), file=self.reading.file, line=node.start_mark.line + 1)

    def _top(self, node: yaml.Node, top: Mapping[str, Any]) -> dict[str, Any]:
        keys = {
            "name": Key(_name),
            "languages": Key(lambda _node, _reading: self.languages),
            "start": Key(self.target),
            "person": Key(self.target, None),
            "steps": Key(self._steps),
        }
        values: dict[str, Any] = {}
        for name, key in keys.items():
            if name in top:
                try:
                    values[name] = key.read(top[name][1], self.reading)
                except Spoilt:
                    values[name] = None
            elif key.default is None:
                values[name] = None
            else:
                self.reading.wrong(node, f"a flow needs {name!r}")
        for name in top.keys() - keys.keys():
            self.reading.wrong(top[name][0], f"a flow has no {name!r}; expected {', '.join(keys)}")
        if any(values.get(name) is None for name in ("name", "start", "steps")):
            raise Spoilt
        return values

    def _languages(self, node: yaml.Node) -> tuple[str, ...]:
        try:
            given = items(node, self.reading, one_of(LANGUAGES), "a list of languages")
        except Spoilt:
            return LANGUAGES
        if len(set(given)) < len(given):
            self.reading.wrong(node, "a language stands here twice")
        return given

    def _steps(self, node: yaml.Node, reading: Reading) -> Mapping[str, Step]:
        steps: dict[str, Step] = {}
        found = entries(node, Reading(reading.file), "steps by name")  # its duplicates were noted when the names were collected
        if not found or len(found) > MOST_STEPS:
            reading.refuse(node, f"expected 1 to {MOST_STEPS} steps")
        for name, (key, value) in found.items():
            if not NAME.fullmatch(name):
                reading.wrong(key, f"expected a step's name of small letters, digits, - and _ (at most 40), got {name[:60]!r}")
            try:
                steps[name] = self._step(name, key, value)
            except Spoilt:
                continue
        return MappingProxyType(steps)

    def _step(self, name: str, key: yaml.Node, node: yaml.Node) -> Step:
        given = entries(node, Reading(self.reading.file), "a step") if isinstance(node, yaml.MappingNode) else {}
        if "do" not in given:
            self.reading.refuse(key, f"step {name!r} needs 'do': one of {', '.join(KINDS)}")
        word = one_of(tuple(KINDS))(given["do"][1], self.reading)
        keys = {"do": Key(text), "title": Key(_title, None), **self.keys(word)}
        values = record(node, self.reading, keys, f"step {name!r} ({word})")
        values.pop("do")
        step = KINDS[word](name=name, line=key.start_mark.line + 1, **values)
        if word == "ask" and values["least"] > values["most"]:
            self.reading.wrong(key, f"step {name!r} (ask): expected 'least' not above 'most'")
        return step

    def keys(self, word: str) -> dict[str, Key]:
        prompt, target = Key(self.prompt), Key(self.target)
        maybe = Key(self.prompt, None)
        tries, time = Key(number(1, 9), 3), number(1, 60)
        queue = Key(_name)
        interrupt = Key(yes_or_no, True)
        return {
            "say": {"prompt": prompt, "known": maybe, "interrupt": interrupt, "next": target},
            "menu": {
                "prompt": prompt,
                "choices": Key(self.choices),
                "tries": tries,
                "timeout_s": Key(time, 5),
                "interrupt": interrupt,
                "on_invalid": maybe,
                "otherwise": target,
            },
            "ask": {
                "prompt": prompt,
                "into": Key(_slot),
                "least": Key(number(1, 32), 1),
                "most": Key(number(1, 32)),
                "tries": tries,
                "timeout_s": Key(time, 8),
                "interrupt": interrupt,
                "on_invalid": maybe,
                "next": target,
                "otherwise": target,
            },
            "language": {"language": Key(one_of(self.languages)), "next": target},
            "hours": {"plan": Key(read_plan, None), "open": target, "closed": target},
            "queue": {
                "queue": queue,
                "prompt": maybe,
                "timeout_s": Key(number(5, 7200), 300),
                "answered": target,
                "timeout": target,
                "full": Key(self.target, None),
                "no_agent": Key(self.target, None),
                "nobody": target,
            },
            "message": {
                "prompt": prompt,
                "queue": queue,
                "most_s": Key(number(5, 600), 120),
                "silence_s": Key(number(2, 30), 5),
                "thanks": maybe,
                "next": target,
            },
            "callback": {
                "prompt": prompt,
                "number_prompt": prompt,
                "promised": prompt,
                "queue": queue,
                "tries": tries,
                "timeout_s": Key(time, 8),
                "next": target,
                "otherwise": target,
            },
            "survey": {
                "prompt": prompt,
                "keys": Key(_survey_keys, "12345"),
                "tries": Key(number(1, 9), 2),
                "timeout_s": Key(time, 6),
                "interrupt": interrupt,
                "thanks": maybe,
                "next": target,
            },
            "hangup": {"prompt": maybe, "outcome": Key(one_of(EXITS), "")},
        }[word]

    def prompt(self, node: yaml.Node, reading: Reading) -> Prompt:
        keys = dict.fromkeys(self.languages, Key(_spoken))
        return Prompt(MappingProxyType(record(node, reading, keys, "a prompt")), node.start_mark.line + 1)

    def target(self, node: yaml.Node, reading: Reading) -> str:
        name = text(node, reading)
        if name not in self.names:
            reading.refuse(node, f"there is no step {name[:60]!r}{_meant(name, self.names)}")
        return name

    def choices(self, node: yaml.Node, reading: Reading) -> Mapping[str, str]:
        chosen: dict[str, str] = {}
        before = len(reading.findings)
        for key, (key_node, value) in entries(node, reading, "keys and the steps they choose").items():
            if key == "0":
                reading.wrong(key_node, "key 0 leads to a person from every menu: set the flow's 'person' instead")
            elif key not in tuple("123456789*"):
                reading.wrong(key_node, f"expected a key 1 to 9 or '*', got {key[:20]!r}")
            try:
                chosen[key] = self.target(value, reading)
            except Spoilt:
                continue
        if not chosen and len(reading.findings) == before:
            reading.wrong(node, "expected at least one key")
        if len(reading.findings) > before:
            raise Spoilt
        return MappingProxyType(chosen)


def _meant(name: str, names: frozenset[str]) -> str:
    close = difflib.get_close_matches(name, sorted(names), n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; the steps are {', '.join(sorted(names)[:20])}"


def _name(node: yaml.Node, reading: Reading) -> str:
    name = text(node, reading)
    if not NAME.fullmatch(name):
        reading.refuse(node, f"expected a name of small letters, digits, - and _ (at most 40), got {name[:60]!r}")
    return name


def _slot(node: yaml.Node, reading: Reading) -> str:
    name = text(node, reading)
    if not SLOT_NAME.fullmatch(name):
        reading.refuse(node, f"expected a slot's name of small letters, digits and _ (at most 20), got {name[:60]!r}")
    return name


def _spoken(node: yaml.Node, reading: Reading) -> str:
    spoken = text(node, reading)
    if len(spoken) > MOST_TEXT:
        reading.refuse(node, f"expected at most {MOST_TEXT} characters to be spoken at once, got {len(spoken)}")
    if not any(c.isalnum() for c in spoken):
        reading.refuse(node, f"expected words that can be spoken, got {spoken[:60]!r}")
    for slot in SLOT.finditer(spoken):
        if slot[2] is not None and slot[2] not in SPOKEN:
            reading.refuse(node, f"expected one of {', '.join(SPOKEN)} as the kind in {slot[0][:60]}, got {slot[2][:40]!r}")
        if slot[2] and slot[1] == "name":
            reading.refuse(node, f"the caller's name is spoken as it is: write {{name}} instead of {slot[0][:60]}")
    return spoken


def _title(node: yaml.Node, reading: Reading) -> tuple[str, str]:
    """In both languages of the screens, whichever the callers hear."""
    titles = record(node, reading, dict.fromkeys(LANGUAGES, Key(_title_words)), "a title")
    return titles["zh"], titles["en"]


def _title_words(node: yaml.Node, reading: Reading) -> str:
    words = text(node, reading)
    if len(words) > MOST_TITLE:
        reading.refuse(node, f"expected a title of at most {MOST_TITLE} characters, got {len(words)}")
    return words


def _survey_keys(node: yaml.Node, reading: Reading) -> str:
    keys = text(node, reading)
    if not (keys.isascii() and keys.isdigit() and len(set(keys)) == len(keys)):
        reading.refuse(node, f"expected different digits such as 12345, got {keys[:60]!r}")
    return keys


def read_prompts(path: Path) -> tuple[Mapping[str, Mapping[str, str]], tuple[Finding, ...]]:
    """Prompts by name and language: what the dialplan says without us. Those that nothing is wrong with, and what is wrong."""
    reading = Reading(str(path))
    named: dict[str, Mapping[str, str]] = {}
    try:
        node = compose(path.read_bytes().decode("utf-8", errors="replace"), reading)
        for name, (_key, value) in entries(node, reading, "prompts by name").items():
            named[name] = MappingProxyType(record(value, reading, dict.fromkeys(LANGUAGES, Key(_spoken)), f"prompt {name!r}"))
    except OSError as wrong:
        reading.findings.append(Finding(str(path), 1, f"cannot be read: {wrong.strerror}"))
    except Spoilt:
        pass
    return MappingProxyType(named), tuple(reading.findings)
