"""The record's pages: the list of calls, one call, its sound, the calls of a customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from aiohttp import web

from callcenter.calls import gap_pages, sound, words
from callcenter.calls.filters import PAGE, Known, address, asked, shown
from callcenter.calls.keys import CALL_HOTLINES, CALLS, LISTENINGS, STEP_TITLES, USER_NAMES
from callcenter.calls.left_out import Stretch, heard_at, left_out
from callcenter.calls.timeline import timeline
from callcenter.calls.told import Gap
from callcenter.floor.call import Call
from callcenter.store.clock import now_ms
from callcenter.web.app_keys import SETTINGS
from callcenter.web.forms import FormError
from callcenter.web.proxies import asked_from
from callcenter.web.rendering import render
from callcenter.web.texts import gettext
from callcenter.web.user import signed_in

MAY_LISTEN = frozenset({"qa", "supervisor", "admin"})
"""Who sees all calls and may hear recordings."""

OF_CUSTOMER = 20
"""Calls shown on a customer's page."""


async def listed(request: web.Request) -> web.StreamResponse:
    """GET /calls: newest first, filtered by the address's fields; `before` is the cursor."""
    settings, now = request.app[SETTINGS], now_ms()
    context = await names(request)
    values = shown(request.query, now, settings.zone)
    known = Known(context["hotline_names"], context["queue_names"], context["agent_names"])
    before = request.query.get("before", "")
    found: list[Call] = []
    gaps: list[Gap] = []
    errors: dict[str, str] = {}
    try:
        wanted = asked(values, before, known, request["locale"], settings.zone)
        found = await request.app[CALLS].find(wanted)
        gaps = await request.app[CALLS].gaps(wanted.since, wanted.until)
    except FormError as wrong:
        errors = wrong.errors
    return await render(
        request,
        "calls/list.html",
        status=422 if errors else 200,
        **context,
        values=values,
        errors=errors,
        calls=found[:PAGE],
        older=address(values, found[PAGE - 1].id) if len(found) > PAGE else None,
        later=address(values) if before else None,
        hotlines=list(context["hotline_names"].items()),
        queues=list(context["queue_names"].items()),
        agents=[(number, f"{number} {name}") for number, name in context["agent_names"].items()],
        outcomes=[(code, gettext(request["locale"], text)) for code, text in words.EXITS.items()],
        gaps=gaps,
        gaps_ms=sum((gap.ended or now) - gap.began for gap in gaps),
        in_gaps={call.id for call in found if gap_pages.touched(gaps, call.began, call.ended)},
        now_ms=now,
    )


async def one(request: web.Request) -> web.StreamResponse:
    """GET /calls/{id}"""
    call = await _call(request)
    now = now_ms()
    sounds = await request.app[CALLS].recordings(call.id)
    lengths = {s.id: now - s.started if s.seconds is None else round(s.seconds * 1000) for s in sounds if s.state != "missing"}
    left = {s.id: left_out(call, s.leg, s.started, s.seconds) for s in sounds}
    return await render(
        request,
        "calls/call.html",
        **await names(request),
        call=call,
        line=timeline(call, now),
        gaps=gap_pages.touched(await request.app[CALLS].gaps(call.began, call.ended), call.began, call.ended),
        sounds=sounds,
        lengths=lengths,
        left_out={s.id: [(begin - call.began, to - call.began) for begin, to in left[s.id]] for s in sounds},
        heard=heard(call, lengths, left),
        ender=words.hung_up_first(call),
        now_ms=now,
    )


async def of_customer(request: web.Request) -> web.StreamResponse:
    """GET /customers/{id}/calls: the fragment on the customer's page."""
    customer = request.match_info["id"]
    if not customer.isdecimal() or len(customer) > 9:
        raise web.HTTPNotFound
    calls = await request.app[CALLS].of_customer(int(customer), OF_CUSTOMER)
    context = await names(request)
    may_open = bool(signed_in(request).roles & MAY_LISTEN)
    return await render(request, "calls/of_customer.html", **context, calls=calls, may_open=may_open, now_ms=now_ms())


async def recording(request: web.Request) -> web.StreamResponse:
    """GET /recordings/{id}: a talk as a stereo WAV, agent left, caller right; parts of it by Range. Each listening is written down."""
    row = await request.app[CALLS].recording(request.match_info["id"])
    if row is None:
        raise web.HTTPNotFound
    try:
        made = sound.stereo(request.app[SETTINGS].recordings, row.leg)
        part = sound.byte_range(request.headers.get("Range"), made.size)
    except sound.NoSound:
        raise web.HTTPNotFound from None
    except sound.BadRange as wrong:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{wrong.size}"})
    await request.app[LISTENINGS].heard(signed_in(request), row.id, row.call, asked_from(request))
    return await _send(request, made, part)


async def _send(request: web.Request, made: sound.Stereo, part: tuple[int, int] | None) -> web.StreamResponse:
    start, stop = part or (0, made.size)
    response = web.StreamResponse(status=206 if part else 200, headers={"Accept-Ranges": "bytes", "Content-Type": "audio/wav"})
    response.content_length = stop - start
    if part:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{made.size}"
    await response.prepare(request)
    if request.method != "HEAD":
        async for piece in sound.stream(made, start, stop):
            await response.write(piece)
    await response.write_eof()
    return response


async def _call(request: web.Request) -> Call:
    call = await request.app[CALLS].one(request.match_info["id"])
    if call is None:
        raise web.HTTPNotFound
    return call


def heard(call: Call, lengths: Mapping[str, int], left: Mapping[str, Sequence[Stretch]]) -> frozenset[int]:
    """The segments (their n) that begin inside a recording: they can be listened to from there."""
    sounds = [(r.started, lengths[r.id], left.get(r.id, ())) for r in call.recordings if r.id in lengths]
    # A talk begins with its recording; the two are stamped some milliseconds apart.
    return frozenset(
        s.n
        for s in call.segments
        for started, length, without in sounds
        if s.began >= started - 1000 and heard_at(s.began, started, without) < length and not any(a <= s.began < b for a, b in without)
    )


async def names(request: web.Request) -> dict[str, Any]:
    """What the templates need beside the calls: names in the user's language, and the words of codes."""
    hotlines, language = request.app[CALL_HOTLINES], request["locale"]
    return {
        "hotline_names": {h.number: h.title(language) for h in await hotlines.all()},
        "queue_names": await hotlines.queue_titles(language),
        "agent_names": dict(sorted((await request.app[USER_NAMES]()).values())),
        "directions": words.DIRECTIONS,
        "exits": words.EXITS,
        "kinds": words.KINDS,
        "colours": words.COLOURS,
        "reasons": words.REASONS,
        "step_kinds": words.STEP_KINDS,
        "step_title": partial(words.step_title, request.app[STEP_TITLES], locale=language),
        "step_result": words.step_result,
        "sound_states": words.SOUND_STATES,
        "gap_whys": gap_pages.WHYS,
        "gap_unknown": gap_pages.UNKNOWN,
        "enders": words.ENDERS,
        "exit_colour": words.exit_colour,
        "waited": words.waited,
        "talked": words.talked,
    }
