"""Where callers go in a flow and where they give up: the page, step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from aiohttp import web

from callcenter.calls import words
from callcenter.calls.keys import CALL_HOTLINES, CALLS
from callcenter.hotlines.service import Hotline
from callcenter.ivr.language.steps import Flow
from callcenter.ivr.seen import days
from callcenter.ivr.seen.funnel import by_exit, by_version, figures, in_order, in_vain
from callcenter.ivr.seen.keys import FLOW_OF, VISITS
from callcenter.ivr.seen.tally import Wanted
from callcenter.store.clock import now_ms
from callcenter.web.app_keys import SETTINGS
from callcenter.web.forms import FormError
from callcenter.web.rendering import render
from callcenter.web.texts import gettext


async def funnel(request: web.Request) -> web.Response:
    """GET /flows/{name}/funnel?from=&to=&hotline=&version="""
    flow = await flow_asked(request)
    settings, locale, now = request.app[SETTINGS], request["locale"], now_ms()
    hotlines = [one for one in await request.app[CALL_HOTLINES].all() if one.flow == flow.name]
    values = {name: request.query.get(name, "").strip() for name in ("from", "to", "hotline", "version")}
    errors: dict[str, str] = {}
    found: dict[str, Any] = {}
    try:
        period = days.asked(values, locale, now, settings.zone)
        values |= period.fields()
        found = await _figures(request, flow, wanted(flow.name, period, values, hotlines), values)
        found |= _addresses(flow, period, values)
    except FormError as wrong:
        errors = wrong.errors
    return await render(
        request,
        "ivr/funnel.html",
        status=422 if errors else 200,
        flow=flow,
        title=title_of(flow, locale),
        values=values,
        errors=errors,
        hotlines=[(one.number, one.title(locale)) for one in hotlines],
        choices=[(text, days.address(request.path, {**values, **of.fields()})) for text, of in days.choices(now, settings.zone).items()],
        step_kinds=words.STEP_KINDS,
        exits=words.EXITS,
        exit_colour=words.exit_colour,
        **{"version_choices": [], **found},
    )


async def flow_asked(request: web.Request, version: str = "") -> Flow:
    """The flow that the address names, the draft of one that was never published; 404 when there is none."""
    name, flow_of = request.match_info["name"], request.app[FLOW_OF]
    flow = await flow_of(name, version) or (None if version else await flow_of(name, "draft"))
    if flow is None:
        raise web.HTTPNotFound
    return flow


def wanted(flow: str, period: days.Days, values: Mapping[str, str], hotlines: Sequence[Hotline]) -> Wanted:
    """What is counted; a hotline that is none, or a version nobody walked, counts nothing and breaks nothing."""
    known = values["hotline"] if values["hotline"] in {one.number for one in hotlines} else None
    return Wanted(flow, period.since, period.until, known, values["version"] or None)


def title_of(flow: Flow, locale: str) -> Callable[[str], str]:
    """What the flow's steps are called in this language; one that it has not, by its name."""

    def title(step: str) -> str:
        known = flow.steps.get(step)
        if known is None or known.title is None:
            return step
        return known.title[0] if locale.startswith("zh") else known.title[1]

    return title


async def _figures(request: web.Request, flow: Flow, of: Wanted, values: Mapping[str, str]) -> dict[str, Any]:
    visits = request.app[VISITS]
    found = figures(await visits.tallies(of))
    came = await visits.came(replace(of, version=None))
    exits = by_exit(came, of.version)
    return {
        "callers": sum(exits.values()),
        "ends": sorted(exits.items(), key=lambda one: (-one[1], one[0] or "")),
        "rows": list(in_order(found, tuple(flow.steps), {name: flow.kind(name) for name in flow.steps})),
        "in_vain": in_vain(await visits.missed(of)),
        "most": max((one.entered for one in found.values()), default=1),
        "any_unknown": any(one.fates.get("unknown") for one in found.values()),
        "gaps": await request.app[CALLS].gaps(of.since, min(of.until, now_ms())),
        "version_choices": version_choices(by_version(came), flow.version, values["version"], request["locale"]),
    }


def version_choices(versions: Mapping[str, int], current: str, chosen: str, locale: str) -> list[tuple[str, str]]:
    """The versions that callers walked, and the one chosen: with how many callers each."""
    in_use = gettext(locale, "in use")
    known = {**({chosen: 0} if chosen else {}), **versions}
    return [(version, f"{version} ({callers})" + (f" · {in_use}" if version == current else "")) for version, callers in known.items()]


def _addresses(flow: Flow, period: days.Days, values: Mapping[str, str]) -> dict[str, Any]:
    """Where the page leads: the calls behind a figure, and a step in the picture."""

    def calls_of(**chosen: str) -> str:
        return days.address("/calls", {**period.of_calls(), "hotline": values["hotline"], "step": flow.name, **chosen})

    def picture_of(step: str) -> str:
        return days.address(
            f"/flows/{flow.name}/picture", {**period.fields(), "hotline": values["hotline"], "version": values["version"], "step": step}
        )

    return {"calls_of": calls_of, "picture_of": picture_of}
