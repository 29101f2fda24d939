"""The site file from its YAML text: strictly, with every finding at once. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import yaml

from callcenter.hotlines.calendar import ALWAYS, WeeklyPlan
from callcenter.ivr.language.finding import Finding, at_most
from callcenter.ivr.language.plan import read_plan
from callcenter.ivr.language.reader import Enough, Key, Read, Reading, Spoilt, compose, entries, items, one_of, record, text, told
from callcenter.telephony.render import STRATEGIES

ROLES = ("agent", "supervisor", "qa", "admin")
LANGUAGES = ("zh_CN", "en")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
CODE = re.compile(r"[a-z][a-z0-9_]{0,19}")
NUMBER = re.compile(r"[0-9]{2,20}")
MOST_TEXT = 80

Section = Mapping[str, Mapping[str, Any]]
"""Records by name, in the order of the file."""


@dataclass(frozen=True)
class Site:
    """Each section by its names. A hotline's `hours` is the week it begins with, a WeeklyPlan."""

    queues: Section = field(default_factory=dict)
    hotlines: Section = field(default_factory=dict)
    seats: Section = field(default_factory=dict)
    users: Section = field(default_factory=dict)
    pause_reasons: Section = field(default_factory=dict)
    dispositions: Section = field(default_factory=dict)


@dataclass(frozen=True)
class SiteRead:
    """`site` is None when anything is wrong."""

    site: Site | None
    findings: tuple[Finding, ...]


def read_site(source: str, file: str) -> SiteRead:
    """Read a site file; `file` only names it in findings."""
    reading = Reading(file)
    try:
        site = Site(**record(compose(source, reading), reading, _SECTIONS, "a site file"))
    except (Spoilt, Enough):
        return SiteRead(None, at_most(reading.findings))
    wrong = tuple(Finding(file, 1, what) for what in _between(site))
    return SiteRead(None if wrong else site, wrong)


def _between(site: Site) -> Iterator[str]:
    """What one section says of another."""
    queues = ", ".join(site.queues) or "none"
    for number, hotline in site.hotlines.items():
        if hotline["queue"] not in site.queues:
            yield f"hotline {number}: there is no queue {hotline['queue']!r}; the queues are {queues}"
    for number, user in site.users.items():
        for queue in user["queues"]:
            if queue not in site.queues:
                yield f"user {number}: there is no queue {queue!r}; the queues are {queues}"
        if user["queues"] and "agent" not in user["roles"]:
            yield f"user {number}: serves {', '.join(user['queues'])} without the role agent"


def _section(name: re.Pattern[str], keys: Mapping[str, Key], what: str) -> Key:
    return Key(partial(_read_section, name=name, keys=keys, what=what), {})


def _read_section(node: yaml.Node, reading: Reading, *, name: re.Pattern[str], keys: Mapping[str, Key], what: str) -> Section:
    before = len(reading.findings)
    found: dict[str, Mapping[str, Any]] = {}
    for one, (key, value) in entries(node, reading, f"{what}s by name").items():
        if not name.fullmatch(one):
            reading.wrong(key, f"{one[:40]!r} cannot name a {what}: expected {name.pattern}")
        try:
            found[one] = record(value, reading, keys, f"the {what} {one}")
        except Spoilt:
            continue
    if len(reading.findings) > before:
        raise Spoilt
    return found


def _title(node: yaml.Node, reading: Reading) -> str:
    words = text(node, reading)
    if len(words) > MOST_TEXT:
        reading.refuse(node, f"expected at most {MOST_TEXT} characters, got {len(words)}")
    return words


def _several(read: Read, what: str) -> Read:
    return lambda node, reading: items(node, reading, read, what)


def _matching(form: re.Pattern[str], what: str) -> Read:
    def read(node: yaml.Node, reading: Reading) -> str:
        if isinstance(node, yaml.ScalarNode) and form.fullmatch(node.value):
            return str(node.value)
        return reading.refuse(node, f"expected {what}, got {told(node)}")

    return read


def _week(node: yaml.Node, reading: Reading) -> WeeklyPlan:
    if isinstance(node, yaml.ScalarNode) and node.value == "always":
        return ALWAYS
    plan = read_plan(node, reading)
    if plan is None:
        reading.refuse(node, "expected 'always', or times by days such as mon-fri: 08:00-17:30")
    return plan


_TITLES = {"zh": Key(_title), "en": Key(_title)}
_QUEUE = _matching(NAME, "the name of a queue")

_SECTIONS: Mapping[str, Key] = {
    "queues": _section(NAME, {**_TITLES, "strategy": Key(one_of(STRATEGIES), "rrmemory")}, "queue"),
    "hotlines": _section(
        NUMBER,
        {
            **_TITLES,
            "language": Key(one_of(LANGUAGES), "zh_CN"),
            "flow": Key(_matching(NAME, "the name of a flow")),
            "queue": Key(_QUEUE),
            "hours": Key(_week, ALWAYS),
        },
        "hotline",
    ),
    "seats": _section(NAME, {"kind": Key(one_of(("browser", "desk")), "browser")}, "seat"),
    "users": _section(
        NUMBER,
        {
            "name": Key(_title),
            "roles": Key(_several(one_of(ROLES), f"a list of {', '.join(ROLES)}")),
            "queues": Key(_several(_QUEUE, "a list of queues"), ()),
            "language": Key(one_of(LANGUAGES), "zh_CN"),
        },
        "user",
    ),
    "pause_reasons": _section(CODE, _TITLES, "reason to pause"),
    "dispositions": _section(CODE, _TITLES, "disposition"),
}
