"""The times in which nobody listened to Asterisk: their page, and what of them a list or a call must say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from callcenter.calls.keys import CALLS
from callcenter.calls.told import Gap
from callcenter.store.clock import now_ms
from callcenter.web import clock
from callcenter.web.app_keys import SETTINGS
from callcenter.web.rendering import render
from callcenter.web.texts import N_

MOST = 200
"""Gaps on the page."""

MINUTE_MS = 60_000

WHYS: Mapping[str, str] = MappingProxyType(
    {"link": N_("The link to Asterisk was lost"), "server": N_("The server was down"), "asterisk": N_("Asterisk was started again")}
)

UNKNOWN: Mapping[str, str] = MappingProxyType(
    {
        "holds": N_("holds"),
        "steps": N_("steps of the menu"),
        "keys": N_("keys pressed"),
        "unwritten": N_("what Asterisk failed to write down"),
        "calls": N_("all calls of this time"),
    }
)


async def listed(request: web.Request) -> web.StreamResponse:
    """GET /gaps: newest first."""
    zone = request.app[SETTINGS].zone
    found = (await request.app[CALLS].gaps())[-MOST:][::-1]
    return await render(
        request,
        "calls/gaps.html",
        gaps=[(gap, calls_of(gap, now_ms(), zone)) for gap in found],
        now_ms=now_ms(),
        gap_whys=WHYS,
        gap_unknown=UNKNOWN,
    )


def touched(gaps: Sequence[Gap], began: int, ended: int | None) -> list[Gap]:
    """Those that touch something which lasted from `began` to `ended` (ms; None: goes on)."""
    return [gap for gap in gaps if gap.touches(began, ended)]


def calls_of(gap: Gap, now: int, zone: ZoneInfo) -> str:
    """The address of the list of the calls that began in a gap or just before it."""
    until = (gap.ended or now) + MINUTE_MS
    ends = {"since": clock.input_value(gap.began - 10 * MINUTE_MS, zone), "until": clock.input_value(until, zone)}
    return f"/calls?{urlencode(ends)}"
