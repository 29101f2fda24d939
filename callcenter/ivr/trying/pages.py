"""A flow tried out on a page, key by key: what is heard, which steps are entered. The page keeps what was done, the server nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from aiohttp import web

from callcenter.calls import words
from callcenter.calls.keys import CALL_HOTLINES
from callcenter.crm.callers.keys import CALLERS as TURNED_AWAY
from callcenter.crm.cases.keys import CASES
from callcenter.crm.customers.keys import CUSTOMERS
from callcenter.crm.customers.words import TIERS
from callcenter.hotlines.emergency import said_first
from callcenter.hotlines.keys import HOTLINES, HOURS
from callcenter.hotlines.numbers import digits
from callcenter.hotlines.opening import opening, special_of
from callcenter.hotlines.service import Hotline
from callcenter.ivr.language.action import titles_of
from callcenter.ivr.language.steps import Callback, Flow, Message, Queue
from callcenter.ivr.scripts.script import walk_script
from callcenter.ivr.scripts.script_file import OPENING, TREATMENTS, Answered, Script, World
from callcenter.ivr.scripts.walked import Told, Walked
from callcenter.ivr.seen.funnel_pages import title_of
from callcenter.ivr.seen.keys import FLOW_ACTIONS, FLOW_OF
from callcenter.ivr.seen.marks import language_of
from callcenter.ivr.seen.picture.draw import Shown, draw
from callcenter.ivr.trying.callers import Calling, WhoCalls, answer
from callcenter.ivr.trying.trying import NotDone, Waits, as_walk, kept, pressed, read_done, waits_for, with_done
from callcenter.ivr.trying.words import ANSWERS, CALLERS, EMERGENCIES, OPENINGS, SLOTS, VERSIONS, WAITS, keyed_in, said
from callcenter.ivr.walking.answered import Emergency
from callcenter.ivr.walking.walk import Caller
from callcenter.store.clock import now_ms
from callcenter.web import clock
from callcenter.web.app_keys import SETTINGS
from callcenter.web.forms import Form, FormError, read_form
from callcenter.web.rendering import render
from callcenter.web.texts import gettext

MOST_WAITED = 3600
"""Seconds that pass at one press."""
EXAMPLES = 8
"""Customers whose numbers are offered."""


@dataclass
class StepHeard:
    """A step that was entered: what was heard there (in words, with the address of its sound), done and answered."""

    name: str
    told: list[tuple[str, str, str]] = field(default_factory=list)


async def show(request: web.Request) -> web.Response:
    """GET /flows/{name}/simulate: nothing done yet."""
    settings = request.app[SETTINGS]
    first = {"at": clock.input_value(now_ms(), settings.zone), "who": "number", "number": "13800000000", **dict(request.query)}
    return await _page(request, Form(first, request["locale"], settings.zone))


async def press(request: web.Request) -> web.Response:
    """POST /flows/{name}/simulate: one more press, or other conditions."""
    return await _page(request, await read_form(request))


async def _page(request: web.Request, form: Form) -> web.Response:
    flow, hotlines = await _flow(request, form), await _hotlines(request)
    shown = flow or await request.app[FLOW_OF](request.match_info["name"], "")
    if shown is None:
        raise web.HTTPNotFound
    titles = await request.app[HOTLINES].queue_titles(request["locale"])
    context: dict[str, Any] = {"queues": [], "errors": {}, "typed": "", "done": "", "walk": "", "begun": False, "limits": False}
    context["calling"] = calling = await _calling(request, form)
    context["examples"] = await request.app[CUSTOMERS].examples(EXAMPLES) if form.raw("who") == "known" else ()
    if flow is not None:
        away = _away(form, flow)
        context["queues"] = [(queue, titles.get(queue, queue), queue not in away) for queue in _queues(flow)]
        context["limits"] = any(isinstance(step, Callback | Message) and step.limited for step in flow.steps.values())
        try:
            context |= await _tried(request, form, flow, hotlines, titles, calling)
        except FormError as wrong:
            context |= {"errors": wrong.errors, "done": form.raw("done"), "typed": form.raw("typed")}
        except NotDone:
            raise web.HTTPBadRequest from None
    return await render(
        request,
        "ivr/simulate.html",
        status=422 if context["errors"] else 200,
        flow=shown,
        broken=flow is None,
        values={
            **{name: form.raw(name) for name in ("hotline", "at", "opening", "emergency", "who", "number", "name", "limited")},
            "wait": form.raw("wait") or "10",
            "version": "draft" if flow is None or flow.version == "draft" else "",
        },
        hotlines=[(one.number, one.title(request["locale"])) for one in hotlines],
        versions=VERSIONS.items(),
        openings=OPENINGS.items(),
        emergencies=EMERGENCIES.items(),
        callers=CALLERS.items(),
        answers=ANSWERS,
        slots=SLOTS,
        tiers=TIERS,
        exits=words.EXITS,
        exit_colour=words.exit_colour,
        **context,
    )


async def _tried(
    request: web.Request, form: Form, flow: Flow, hotlines: list[Hotline], titles: Mapping[str, str], calling: Calling | None
) -> dict[str, Any]:
    """The walk so far, after the press. `titles`: what queues are called."""
    locale = request["locale"]
    actions = request.app[FLOW_ACTIONS]()
    sets = {name: tuple(action.sets) for name, action in actions.items()}
    actions_called = titles_of(actions.values(), language_of(locale))
    base = await _script(request, form, flow, hotlines, calling)
    done, typed = read_done(form.raw("done")), form.raw("typed")
    waits = waits_for(walk_script(flow, with_done(base, done)), flow, sets)
    if word := _pressed(form):
        slots = {name.removeprefix("slot-"): value for name, value in form.values.items() if name.startswith("slot-")}
        done, typed = pressed(done, typed, waits, word, slots)
    script = with_done(base, done)
    walked = walk_script(flow, script)
    waits = waits_for(walked, flow, sets)
    here = walked.path[-1] if walked.path else ""
    keyed = await _whose(request).of_keyed(waits.name, base.caller.number) if waits and waits.what == "lookup" else None
    shown = Shown(path=tuple(walked.path), queues=titles, actions=actions_called)
    return {
        "begun": True,
        "errors": form.errors,
        "done": kept(done),
        "typed": typed,
        "shown": keyed_in(typed, locale),
        "anything": bool(done),
        "waits": waits,
        "keyed": keyed,
        "filled": answer(keyed).slots if keyed else {},
        "results": _results(waits, actions_called),
        "asks": _asks(waits, actions_called if waits.what == "action" else titles, locale) if waits else "",
        "stuck": waits is None and bool(walked.unexpected or walked.unused),
        "heard": _heard(walked, locale),
        "title": title_of(flow, locale),
        "outcome": walked.outcome or ("answered" if Told("does", "answered") in walked.told else ""),
        "owes": walked.owes,
        "here": here,
        "walk": as_walk(flow.name, script, walked),
        "svg": await asyncio.to_thread(draw, flow, language_of(locale), shown),
    }


def _asks(waits: Waits, called: Mapping[str, str], locale: str) -> str:
    """What is asked of whoever tries. `called`: what queues, or actions, are called."""
    return gettext(locale, WAITS[waits.what]) % {"name": called.get(waits.name, waits.name)}


def _results(waits: Waits | None, called: Mapping[str, str]) -> Mapping[str, str]:
    """What the answers of an action are called."""
    if waits is None or waits.what != "action":
        return {}
    return {word: called.get(f"{waits.name}/{word}", "") for word in waits.words}


def _pressed(form: Form) -> str:
    """What was pressed; to wait, for how long. A time that is none is told beside its field, and nothing was pressed."""
    if form.raw("press") != "wait":
        return form.raw("press")
    seconds = form.whole("wait", low=1, high=MOST_WAITED)
    return "" if form.errors else f"waits {seconds}"


def _heard(walked: Walked, locale: str) -> list[StepHeard]:
    steps = [StepHeard("")]
    for one in walked.told:
        if one.what == "entered":
            steps.append(StepHeard(one.word))
        else:
            steps[-1].told.append((one.what, one.word if one.what == "hears" else said(one, locale), _sound(one)))
    return [step for step in steps if step.name or step.told]


def _sound(one: Told) -> str:
    """Where what is heard can be listened to; '' for what makes no sound."""
    if one.what != "hears":
        return ""
    return f"/prompts/sounds/{one.sound}" if one.sound else f"/prompts/spoken?language={one.language}&text={quote(one.word)}"


def _whose(request: web.Request) -> WhoCalls:
    return WhoCalls(request.app[CUSTOMERS], request.app[CASES], request.app[TURNED_AWAY])


async def _calling(request: web.Request, form: Form) -> Calling | None:
    """What the store knows of the number, where it is asked."""
    number = digits(form.raw("number"))
    return await _whose(request).of_number(number) if form.raw("who") == "known" and number else None


async def _script(request: web.Request, form: Form, flow: Flow, hotlines: list[Hotline], calling: Calling | None) -> Script:
    """Who calls, where, when, and what he finds there. Raise FormError."""
    at = form.moment("at")
    hotline = next((one for one in hotlines if one.number == form.raw("hotline")), hotlines[0] if hotlines else None)
    who = form.choice("who", CALLERS)
    number = "" if who == "withheld" else digits(form.raw("number"))
    if who != "withheld" and not number:
        form.wrong("number", gettext(request["locale"], "Digits were expected, such as 13800138000."))
    name, belongs = _belongs(form, who, calling, request["locale"])
    chosen = form.choice("opening", OPENING, required=False)
    switched = form.choice("emergency", EMERGENCIES, required=False)
    form.check()
    assert at is not None
    by_calendar, emergency = await _calendar(request, hotline, at, on=bool(switched))
    local = clock.local(at, request.app[SETTINGS].zone).replace(tzinfo=UTC)
    return Script(
        it=gettext(request["locale"], "Tried out on %(at)s") % {"at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}"},
        language=hotline.language[:2] if hotline else flow.languages[0],
        caller=Caller(name, number),
        opening=chosen or by_calendar,
        at=int(local.timestamp() * 1000),
        away=_away(form, flow),
        services=World(
            lookup={number: (belongs,)} if number else {},
            emergency=emergency,
            treatment=who if who in TREATMENTS else calling.treatment if calling else "",
            limited=bool(form.raw("limited")),
        ),
    )


def _belongs(form: Form, who: str, calling: Calling | None, locale: str) -> tuple[str, Answered]:
    """What the flow calls him, and what a lookup by his number answers: as the store knows it, or as it was chosen."""
    if calling and calling.found.result != "unknown":
        return calling.name, calling.answer
    if who == "known":
        name = form.text("name", max_length=60, required=False)
        if not name:
            form.wrong("name", gettext(locale, "Nobody in the store has this number: give a name to whoever calls."))
        return name, Answered("known", {"name": name})
    return "", Answered("several" if who == "several" else "unknown")


def _queues(flow: Flow) -> tuple[str, ...]:
    return tuple(sorted({step.queue for step in flow.steps.values() if isinstance(step, Queue)}))


def _away(form: Form, flow: Flow) -> tuple[str, ...]:
    """The queues with nobody on duty: those that were not ticked, once there was something to tick."""
    return tuple(queue for queue in _queues(flow) if "done" in form.values and not form.raw(f"duty-{queue}"))


async def _calendar(request: web.Request, hotline: Hotline | None, at: int, *, on: bool) -> tuple[str, Emergency | None]:
    """What the hotline's own hours say at that time, and what its callers hear first of all; `on`: with its emergency switch on."""
    if hotline is None:
        return "open", None
    hours = request.app[HOURS]
    schedule = await hours.schedule(hotline.number)
    found = opening(schedule, hours.public.day, at, hours.zone)
    special = special_of(schedule.specials, clock.local(at, hours.zone).date())
    switch = await hours.switch(hotline.number)
    said = said_first(replace(switch, on=True, until=None) if on else switch, special, at)
    word = "open" if found.open else "holiday" if found.day.of_holiday else "closed"
    return word, Emergency(said.texts, said.closed) if said else None


async def _flow(request: web.Request, form: Form) -> Flow | None:
    """The draft, or the version in use where there is one; None when the draft cannot be walked."""
    name, flow_of = request.match_info["name"], request.app[FLOW_OF]
    in_use = None if form.raw("version") == "draft" else await flow_of(name, "")
    return in_use or await flow_of(name, "draft")


async def _hotlines(request: web.Request) -> list[Hotline]:
    """Those of the flow first; all of them where it has none yet."""
    every = await request.app[CALL_HOTLINES].all()
    mine = [one for one in every if one.flow == request.match_info["name"]]
    return mine or every
