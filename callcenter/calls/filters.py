"""The conditions of the list of calls, as they stand in its address."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from callcenter.calls.service import CallFilter
from callcenter.calls.words import EXITS
from callcenter.floor.call import ANONYMOUS
from callcenter.hotlines.numbers import digits
from callcenter.web import clock
from callcenter.web.forms import Form
from callcenter.web.texts import gettext

FIELDS = ("since", "until", "hotline", "queue", "agent", "number", "exit", "step")
PAGE = 50
"""Calls on one page of the list."""


@dataclass(frozen=True)
class Known:
    """What may be chosen: hotlines' numbers, queues' names, agents' numbers."""

    hotlines: Collection[str]
    queues: Collection[str]
    agents: Collection[str]


def shown(query: Mapping[str, str], now: int, zone: ZoneInfo) -> dict[str, str]:
    """What stands in the filter's fields: what was asked for; today where no time was."""
    values = {name: query.get(name, "").strip() for name in FIELDS}
    midnight = clock.local(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if "since" not in query:
        values["since"] = _typed(midnight)
    if "until" not in query:
        values["until"] = _typed(midnight.replace(tzinfo=None) + timedelta(days=1))
    return values


def asked(values: Mapping[str, str], before: str, known: Known, locale: str, zone: ZoneInfo) -> CallFilter:
    """The filter that the fields say. Raise FormError with every field that cannot be used.

    Both ends of the time may be left empty. `before`: the cursor, the id of the last call of the page before, or ''.
    """
    form = Form(values, locale, zone)
    since, until = form.moment("since", required=False), form.moment("until", required=False)
    if since is not None and until is not None and until <= since:
        form.wrong("until", gettext(locale, "This must be later than the beginning."))
    number = form.text("number", max_length=40, required=False)
    if number and number != ANONYMOUS and not digits(number):
        form.wrong("number", gettext(locale, "Digits were expected, such as 13800138000, or anonymous."))
    chosen = CallFilter(
        since=since,
        until=until,
        hotline=form.choice("hotline", known.hotlines, required=False) or None,
        queue=form.choice("queue", known.queues, required=False) or None,
        agent=form.choice("agent", known.agents, required=False) or None,
        number=(number if number == ANONYMOUS else digits(number)) or None,
        exit=form.choice("exit", EXITS, required=False) or None,
        step=form.text("step", max_length=90, required=False) or None,
        limit=PAGE + 1,
        before=before or None,
    )
    form.check()
    return chosen


def address(values: Mapping[str, str], before: str = "") -> str:
    """The address of the list with these conditions, from the cursor on."""
    return "/calls?" + urlencode({**{name: values[name] for name in FIELDS}, **({"before": before} if before else {})})


def _typed(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}"
