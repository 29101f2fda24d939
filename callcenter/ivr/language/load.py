"""A flow from its YAML text: strictly, with every finding at once. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from callcenter.ivr.language.finding import Finding, at_most
from callcenter.ivr.language.known import NOTHING, Known
from callcenter.ivr.language.reader import Enough, Key, Reading, Spoilt, compose, entries, items, one_of, record, text, text_of
from callcenter.ivr.language.step_keys import FIELDS, step_keys
from callcenter.ivr.language.steps import KINDS, Do, Flow, Step
from callcenter.ivr.language.words import LANGUAGES, NAME, Within, name, spoken_text, title

MOST_STEPS = 1000


@dataclass(frozen=True)
class Loaded:
    """`flow` holds the steps that could be read even when others could not, so that they can be judged; None: nothing could be read."""

    flow: Flow | None
    findings: tuple[Finding, ...]


def load(source: str, file: str, known: Known = NOTHING) -> Loaded:
    """Read a flow; `file` only names it in findings. Named prompts and the kinds of actions' slots are taken from what is `known`."""
    reading = Reading(file)
    try:
        flow = _flow(source, reading, known)
    except (Spoilt, Enough):
        flow = None
    return Loaded(flow, at_most((*reading.warnings, *reading.findings)))


def version_of(source: str) -> str:
    """A short hash of a file's text."""
    return hashlib.sha256(source.encode()).hexdigest()[:8]


def _flow(source: str, reading: Reading, known: Known) -> Flow:
    node = compose(source, reading)
    top = entries(node, reading, "a flow (name, languages, start, steps)")
    languages = _languages(top["languages"][1], reading) if "languages" in top else LANGUAGES
    names = frozenset(entries(top["steps"][1], reading, "steps by name")) if "steps" in top else frozenset()
    values = _top(node, top, reading, _Steps(Within(languages, names, known)))
    kinds = MappingProxyType(_slot_kinds(values["steps"], known))
    return Flow(**values, version=version_of(source), file=reading.file, line=node.start_mark.line + 1, slot_kinds=kinds)


def _top(node: yaml.Node, top: Mapping[str, Any], reading: Reading, steps: _Steps) -> dict[str, Any]:
    keys = {
        "name": Key(name),
        "title": Key(title, None),
        "languages": Key(lambda _node, _reading: steps.within.languages),
        "start": Key(steps.within.target),
        "person": Key(steps.within.target, None),
        "steps": Key(steps.read),
    }
    values: dict[str, Any] = {}
    for word, key in keys.items():
        if word in top:
            try:
                values[word] = key.read(top[word][1], reading)
            except Spoilt:
                values[word] = None
        elif key.default is None:
            values[word] = None
        else:
            reading.wrong(node, f"a flow needs {word!r}")
    for word in (one for one in top if one not in keys):
        reading.wrong(top[word][0], f"a flow has no {word!r}; expected {', '.join(keys)}")
    if any(values.get(word) is None for word in ("name", "start", "steps")):
        raise Spoilt
    return values


def _languages(node: yaml.Node, reading: Reading) -> tuple[str, ...]:
    try:
        given = items(node, reading, one_of(LANGUAGES), "a list of languages")
    except Spoilt:
        return LANGUAGES
    if len(set(given)) < len(given):
        reading.wrong(node, "a language stands here twice")
    return given


@dataclass(frozen=True)
class _Steps:
    """The steps of one flow; `keys` of each kind are made once."""

    within: Within
    keys: dict[str, Mapping[str, Key]] = field(default_factory=dict)

    def read(self, node: yaml.Node, reading: Reading) -> Mapping[str, Step]:
        steps: dict[str, Step] = {}
        found = entries(node, Reading(reading.file), "steps by name")  # its duplicates were noted when the names were collected
        if not found or len(found) > MOST_STEPS:
            reading.refuse(node, f"expected 1 to {MOST_STEPS} steps, got {len(found)}")
        for step, (key, value) in found.items():
            if not NAME.fullmatch(step):
                reading.wrong(key, f"expected a step's name of small letters, digits, - and _ (at most 40), got {step[:60]!r}")
            try:
                steps[step] = self._step(step, key, value, reading)
            except Spoilt:
                continue
        return MappingProxyType(steps)

    def _step(self, step: str, key: yaml.Node, node: yaml.Node, reading: Reading) -> Step:
        word = _word(step, key, node, reading)
        values = record(node, reading, self._keys(word), f"step {step!r} ({word})")
        values.pop("do")
        for wrong in _between_keys(word, values):
            reading.wrong(key, f"step {step!r} ({word}): {wrong}")
        return KINDS[word](name=step, line=key.start_mark.line + 1, **{FIELDS.get(one, one): value for one, value in values.items()})

    def _keys(self, word: str) -> Mapping[str, Key]:
        if word not in self.keys:
            self.keys[word] = {"do": Key(text), **step_keys(word, self.within)}
        return self.keys[word]


def _between_keys(word: str, values: Mapping[str, Any]) -> Iterator[str]:
    """What each key alone does not tell."""
    if word == "ask" and values["least"] > values["most"]:
        yield "expected 'least' not above 'most'"
    if word == "transfer" and sum(bool(values[one]) for one in ("agent", "seat", "number")) != 1:
        yield "expected just one of 'agent', 'seat' and 'number'"
    if word == "lookup" and values["which"] and values["by"] != "number":
        yield "what he keyed in is one customer's at most: 'which' belongs to a lookup by number"
    if word == "hours" and values["plan"] is not None and (values["holiday"] or values["emergency"]):
        yield "a plan of its own has no 'holiday' and no 'emergency': they are the hotline's"


def _word(step: str, key: yaml.Node, node: yaml.Node, reading: Reading) -> str:
    """What kind of step it is."""
    for one, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if isinstance(one, yaml.ScalarNode) and one.value == "do":
            return str(one_of(tuple(KINDS))(value, reading))
    return reading.refuse(key, f"step {step!r} needs 'do': one of {', '.join(KINDS)}")


def _slot_kinds(steps: Mapping[str, Step], known: Known) -> dict[str, str]:
    kinds: dict[str, str] = {}
    for step in steps.values():
        if isinstance(step, Do) and step.action in (known.actions or {}):
            kinds.update((known.actions or {})[step.action].sets)
    return kinds


def read_prompts(path: Path) -> tuple[Mapping[str, Mapping[str, str]], tuple[Finding, ...]]:
    """Prompts by name and language: what the dialplan says without us. Those that nothing is wrong with, and what is wrong."""
    reading = Reading(str(path))
    named: dict[str, Mapping[str, str]] = {}
    try:
        node = compose(text_of(path), reading)
        for name, (_key, value) in entries(node, reading, "prompts by name").items():
            named[name] = MappingProxyType(record(value, reading, dict.fromkeys(LANGUAGES, Key(spoken_text)), f"prompt {name!r}"))
    except OSError as wrong:
        reading.findings.append(Finding(str(path), 1, f"cannot be read: {wrong.strerror}"))
    except (Spoilt, Enough):
        pass
    return MappingProxyType(named), at_most(reading.findings)
