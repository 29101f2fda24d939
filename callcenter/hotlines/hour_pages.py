"""The hours' pages: a month as it will be and why, the week, special days, the emergency switch."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from aiohttp import web

from callcenter.hotlines import words
from callcenter.hotlines.emergency import Switch
from callcenter.hotlines.hour_forms import FIRST_YEAR, LAST_YEAR, read_special, read_switch, read_week, special_fields, typed, week_fields
from callcenter.hotlines.hours import NoSuchSpecialDay
from callcenter.hotlines.keys import HOTLINES, HOURS
from callcenter.hotlines.opening import Day, SpecialDay, day_of, opening
from callcenter.hotlines.service import Hotline
from callcenter.hotlines.written import write_times
from callcenter.web.clock import input_value
from callcenter.web.forms import read_form
from callcenter.web.rendering import render
from callcenter.web.texts import gettext
from callcenter.web.user import signed_in

MAY_CHANGE = frozenset({"supervisor", "admin"})
SPECIAL = ("hotline", "first", "last", "name", "kind", "times", "weekday", "zh", "en")
SWITCH = ("on", "closed", "zh", "en", "until", "everywhere")


@dataclass(frozen=True)
class Month:
    """What the calendar shows: whole weeks, and the months beside it (YYYY-MM)."""

    first: date
    weeks: tuple[tuple[Day, ...], ...]
    before: str
    after: str


async def show(request: web.Request) -> web.StreamResponse:
    """GET /hours: `hotline` and `month` (YYYY-MM); without them the first hotline and this month."""
    hours, hotlines = request.app[HOURS], await request.app[HOTLINES].all()
    chosen = next((one for one in hotlines if one.number == request.query.get("hotline")), hotlines[0] if hotlines else None)
    if chosen is None:
        return await render(request, "hotlines/no_hotline.html")
    now, today = hours.clock(), hours.today()
    schedule = await hours.schedule(chosen.number)
    first = _month(request.query.get("month", ""), today)
    switch = await hours.switch(chosen.number)
    return await render(
        request,
        "hotlines/hours.html",
        hotlines=hotlines,
        hotline=chosen,
        schedule=schedule,
        month=_shown(first, lambda on: day_of(schedule, hours.public.day, on)),
        today=today,
        now=opening(schedule, hours.public.day, now, hours.zone),
        switch=switch,
        emergency=switch.working(now),
        specials=await hours.specials(chosen.number, today),
        ends=hours.public.ends,
        days_left=hours.public.days_left(today),
        may_change=bool(signed_in(request).roles & MAY_CHANGE),
        written=write_times,
        weekday_times=[[one for one in schedule.plan.spans if one.weekday == day] for day in range(7)],
        words=words,
    )


async def week(request: web.Request) -> web.StreamResponse:
    """GET /hours/{hotline}/week"""
    hotline = await _hotline(request)
    return await _week(request, hotline, week_fields(await request.app[HOURS].schedule(hotline.number)), {})


async def save_week(request: web.Request) -> web.StreamResponse:
    """POST /hours/{hotline}/week: day0 (Monday) … day6, holidays, holiday_times, makeup."""
    hotline, form = await _hotline(request), await read_form(request)
    plan, rules = read_week(form, request["locale"])
    if form.errors:
        names = (*(f"day{day}" for day in range(7)), "holidays", "holiday_times", "makeup")
        return await _week(request, hotline, typed(form, names), form.errors)
    await request.app[HOURS].set_week(hotline.number, plan, rules, by=signed_in(request).number)
    raise _back(hotline.number)


async def new_special(request: web.Request) -> web.StreamResponse:
    """GET /hours/special-days/new: `hotline` and `day` fill those fields."""
    today = request.app[HOURS].today()
    try:
        day = date.fromisoformat(request.query.get("day", ""))
    except ValueError:
        day = today
    known = {one.number for one in await request.app[HOTLINES].all()}
    hotline = request.query.get("hotline")
    return await _special(request, 0, special_fields(SpecialDay(0, hotline if hotline in known else None, day, day, "")), {})


async def add_special(request: web.Request) -> web.StreamResponse:
    """POST /hours/special-days: hotline ('' for all), first, last, name, kind, times, weekday, zh, en."""
    return await _save_special(request, 0)


async def special(request: web.Request) -> web.StreamResponse:
    """GET /hours/special-days/{id}"""
    known = await _known_special(request)
    return await _special(request, known.id, special_fields(known), {})


async def save_special(request: web.Request) -> web.StreamResponse:
    """POST /hours/special-days/{id}: the same fields as a new one has."""
    return await _save_special(request, (await _known_special(request)).id)


async def remove_special(request: web.Request) -> web.StreamResponse:
    """POST /hours/special-days/{id}/remove"""
    known = await _known_special(request)
    try:
        await request.app[HOURS].remove_special(known.id, by=signed_in(request).number)
    except NoSuchSpecialDay:
        raise web.HTTPNotFound from None
    raise _back(known.hotline or "", known.first)


async def emergency(request: web.Request) -> web.StreamResponse:
    """GET /hours/{hotline}/emergency"""
    hotline, hours = await _hotline(request), request.app[HOURS]
    switch = await hours.switch(hotline.number)
    until = input_value(switch.until, hours.zone) if switch.working(hours.clock()) else ""
    # Whoever comes here in a hurry wants it on: untick it to write down texts for another day.
    values = {"on": "1", "closed": "1" if switch.closed else "", "zh": switch.zh, "en": switch.en, "until": until, "everywhere": ""}
    return await _emergency(request, hotline, values, {})


async def save_emergency(request: web.Request) -> web.StreamResponse:
    """POST /hours/{hotline}/emergency: on, closed, zh, en, until, and everywhere for all hotlines."""
    hotline, form, hours = await _hotline(request), await read_form(request), request.app[HOURS]
    wanted = read_switch(form, request["locale"], hours.clock())
    if form.errors:
        return await _emergency(request, hotline, typed(form, SWITCH), form.errors)
    await _set(request, hotline, wanted, everywhere=bool(form.raw("everywhere")))
    raise _back(hotline.number)


async def end_emergency(request: web.Request) -> web.StreamResponse:
    """POST /hours/{hotline}/emergency/end: switched off, the texts stay."""
    hotline = await _hotline(request)
    await _set(request, hotline, replace(await request.app[HOURS].switch(hotline.number), on=False), everywhere=False)
    raise _back(hotline.number)


async def _set(request: web.Request, hotline: Hotline, wanted: Switch, *, everywhere: bool) -> None:
    numbers = [one.number for one in await request.app[HOTLINES].all()] if everywhere else [hotline.number]
    await request.app[HOURS].set_switch(numbers, wanted, by=signed_in(request).number)


async def _save_special(request: web.Request, id: int) -> web.StreamResponse:
    form, hours = await read_form(request), request.app[HOURS]
    given = read_special(form, request["locale"], id, [one.number for one in await request.app[HOTLINES].all()])
    if form.errors:
        return await _special(request, id, typed(form, SPECIAL), form.errors)
    by = signed_in(request).number
    try:
        await (hours.change_special(given, by=by) if id else hours.add_special(given, by=by))
    except NoSuchSpecialDay:
        raise web.HTTPNotFound from None
    raise _back(given.hotline or "", given.first)


def _back(hotline: str, month: date | None = None) -> web.HTTPSeeOther:
    query = [f"hotline={hotline}"] if hotline else []
    query += [f"month={month:%Y-%m}"] if month else []
    return web.HTTPSeeOther("/hours" + ("?" + "&".join(query) if query else ""))


async def _hotline(request: web.Request) -> Hotline:
    number = request.match_info["hotline"]
    found = next((one for one in await request.app[HOTLINES].all() if one.number == number), None)
    if found is None:
        raise web.HTTPNotFound
    return found


async def _known_special(request: web.Request) -> SpecialDay:
    id = request.match_info["id"]
    found = await request.app[HOURS].special(int(id)) if id.isdecimal() and len(id) < 10 else None
    if found is None:
        raise web.HTTPNotFound(text=gettext(request["locale"], "This special day has been removed."))
    return found


async def _week(request: web.Request, hotline: Hotline, values: Mapping[str, str], errors: Mapping[str, str]) -> web.Response:
    return await _form(request, "hotlines/week.html", hotline=hotline, values=values, errors=errors)


async def _special(request: web.Request, id: int, values: Mapping[str, str], errors: Mapping[str, str]) -> web.Response:
    hotlines = await request.app[HOTLINES].all()
    return await _form(request, "hotlines/special_day.html", id=id, hotlines=hotlines, values=values, errors=errors)


async def _emergency(request: web.Request, hotline: Hotline, values: Mapping[str, str], errors: Mapping[str, str]) -> web.Response:
    switch = await request.app[HOURS].switch(hotline.number)
    return await _form(request, "hotlines/emergency.html", hotline=hotline, switch=switch, values=values, errors=errors)


async def _form(request: web.Request, template: str, **context: Any) -> web.Response:
    return await render(request, template, status=422 if context["errors"] else 200, words=words, **context)


def _month(text: str, today: date) -> date:
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = today
    return (first if FIRST_YEAR <= first.year <= LAST_YEAR else today).replace(day=1)


def _shown(first: date, day: Callable[[date], Day]) -> Month:
    before, after = first - timedelta(1), first + timedelta(31)
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    return Month(first, tuple(tuple(day(on) for on in one) for one in weeks), f"{before:%Y-%m}", f"{after:%Y-%m}")
