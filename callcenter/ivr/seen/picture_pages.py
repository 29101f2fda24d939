"""A flow's picture with the figures of some days on it, who is where in it now, and what became of callers at one step."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from aiohttp import web

from callcenter.calls import words
from callcenter.calls.keys import CALL_HOTLINES, CALLS
from callcenter.calls.service import CallFilter
from callcenter.floor.call import Step as WalkedStep
from callcenter.hotlines.keys import HOTLINES
from callcenter.ivr.language.action import titles_of
from callcenter.ivr.language.steps import Do, Flow, Step
from callcenter.ivr.language.ways import prompts
from callcenter.ivr.seen import days
from callcenter.ivr.seen.funnel import StepFigures, by_version, figures, in_vain
from callcenter.ivr.seen.funnel_pages import flow_asked, title_of, version_choices, wanted
from callcenter.ivr.seen.keys import FLOW_ACTIONS, VISITS
from callcenter.ivr.seen.marks import language_of, with_figures
from callcenter.ivr.seen.now import topic_of
from callcenter.ivr.seen.picture.draw import Shown, draw
from callcenter.ivr.seen.picture.look import title as called
from callcenter.ivr.seen.tally import Wanted
from callcenter.store.clock import now_ms
from callcenter.web.app_keys import SETTINGS
from callcenter.web.forms import FormError
from callcenter.web.rendering import render

FIELDS = ("from", "to", "hotline", "version", "step")
LATEST = 6
"""Calls shown of a step."""


async def picture(request: web.Request) -> web.Response:
    """GET /flows/{name}/picture?from=&to=&hotline=&version=&step=: the version in use, or the one asked for as it was."""
    flow = await flow_asked(request, request.query.get("version", "").strip())
    settings, locale, now = request.app[SETTINGS], request["locale"], now_ms()
    hotlines = [one for one in await request.app[CALL_HOTLINES].all() if one.flow == flow.name]
    values = {name: request.query.get(name, "").strip() for name in FIELDS}
    if "day" in request.query:
        values["from"] = values["to"] = request.query["day"].strip()
    errors: dict[str, str] = {}
    found: dict[str, Any] = {"version_choices": []}
    try:
        period = days.asked(values, locale, now, settings.zone)
        values |= period.fields()
        of = replace(wanted(flow.name, period, values, hotlines), version=flow.version)
        seen = figures(await request.app[VISITS].tallies(of))
        found = await _drawn(request, flow, of, values, seen)
        found |= await _step(request, flow, of, values["step"], seen, period) if values["step"] in flow.steps else {}
    except FormError as wrong:
        errors = wrong.errors
    return await render(
        request,
        "ivr/picture.html",
        status=422 if errors else 200,
        flow=flow,
        topic=topic_of(flow.name, flow.version),
        values=values,
        errors=errors,
        hotlines=[(one.number, one.title(locale)) for one in hotlines],
        choices=[(text, days.address(request.path, {**values, **of.fields()})) for text, of in days.choices(now, settings.zone).items()],
        **found,
    )


async def step(request: web.Request) -> web.Response:
    """GET /flows/{name}/picture/steps/{step}?from=&to=&hotline=&version=: the fragment beside the picture."""
    flow = await flow_asked(request, request.query.get("version", "").strip())
    values = {name: request.query.get(name, "").strip() for name in FIELDS} | {"step": request.match_info["step"]}
    hotlines = [one for one in await request.app[CALL_HOTLINES].all() if one.flow == flow.name]
    try:
        period = days.asked(values, request["locale"], now_ms(), request.app[SETTINGS].zone)
    except FormError:
        raise web.HTTPBadRequest from None
    if values["step"] not in flow.steps:
        raise web.HTTPNotFound
    of = replace(wanted(flow.name, period, values, hotlines), version=flow.version)
    seen = figures(await request.app[VISITS].tallies(of))
    return await render(request, "ivr/picture_step.html", flow=flow, **await _step(request, flow, of, values["step"], seen, period))


async def drawing(request: web.Request) -> web.Response:
    """GET /flows/{name}/picture.svg?version=: the flow alone, without figures."""
    flow = await flow_asked(request, request.query.get("version", "").strip())
    shown = Shown(queues=await request.app[HOTLINES].queue_titles(request["locale"]), actions=_actions_called(request))
    picture = await asyncio.to_thread(draw, flow, language_of(request["locale"]), shown)
    return web.Response(text=picture, content_type="image/svg+xml")


async def _drawn(
    request: web.Request, flow: Flow, of: Wanted, values: Mapping[str, str], found: Mapping[str, StepFigures]
) -> dict[str, Any]:
    locale = request["locale"]
    opens = {name: days.address(f"/flows/{flow.name}/picture/steps/{name}", {**values, "step": ""}) for name in flow.steps}
    versions = by_version(await request.app[VISITS].came(replace(of, version=None)))
    chosen = (values["step"],) if values["step"] in flow.steps else ()
    queues = await request.app[HOTLINES].queue_titles(locale)
    shown = replace(with_figures(flow, found, locale), path=chosen, queues=queues, actions=_actions_called(request), opens=opens)
    return {
        "svg": await asyncio.to_thread(draw, flow, language_of(locale), shown),
        "callers": versions.get(flow.version, 0),
        "others": sum(versions.values()) - versions.get(flow.version, 0),
        "gaps": await request.app[CALLS].gaps(of.since, min(of.until, now_ms())),
        "version_choices": version_choices(versions, "", flow.version, locale),
    }


def _result_called(request: web.Request, step: Step, kind: str, result: str) -> str | None:
    """What came of a step, in words; those of an action are not to be translated any more."""
    of_action = _actions_called(request).get(f"{step.action}/{result}") if isinstance(step, Do) else None
    return of_action or words.step_result(WalkedStep(0, "", "", step.name, kind, 0, result=result))


def _elsewhere(flow: Flow, language: str, name: str, step: str) -> str:
    """A step of another flow, as people call both."""
    other = flow.others.get(name)
    there = other.steps.get(step) if other else None
    return f"{called(other, language) if other else name} / {called(there, language) if there else step}"


def _actions_called(request: web.Request) -> Mapping[str, str]:
    return titles_of(request.app[FLOW_ACTIONS]().values(), language_of(request["locale"]))


async def _step(
    request: web.Request, flow: Flow, of: Wanted, name: str, seen: Mapping[str, StepFigures], period: days.Days
) -> dict[str, Any]:
    """What the fragment of one step shows."""
    locale = request["locale"]
    found = seen.get(name) or StepFigures(name, flow.kind(name), 0, {}, (), None, None)
    told = CallFilter(since=of.since, until=of.until, hotline=of.hotline, step=f"{flow.name}/{name}", limit=LATEST)
    return {
        "step": found,
        "in_vain": in_vain(await request.app[VISITS].missed(of)).get(name, ()),
        "spoken": [prompt.texts.get(language_of(locale), "") for prompt in prompts(flow.steps[name])],
        "latest": await request.app[CALLS].find(told),
        "all_calls": days.address("/calls", {**period.of_calls(), "hotline": of.hotline or "", "step": told.step or ""}),
        "title": title_of(flow, locale),
        "step_kinds": words.STEP_KINDS,
        "way_words": {way.result: _result_called(request, flow.steps[name], found.kind, way.result) for way in found.ways},
        "elsewhere": partial(_elsewhere, flow, language_of(locale)),
        "exits": words.EXITS,
        "exit_colour": words.exit_colour,
    }
