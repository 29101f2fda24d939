"""What supervisors enter about hours, read and judged: each wrong field says what was expected."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from callcenter.hotlines.calendar import Span, WeeklyPlan
from callcenter.hotlines.emergency import Switch
from callcenter.hotlines.opening import HOLIDAYS, Rules, Schedule, SpecialDay, Times
from callcenter.hotlines.words import DAY_KINDS
from callcenter.hotlines.written import Hole, NotTimes, Overlap, read_times, write_times
from callcenter.web.forms import Form
from callcenter.web.texts import gettext

GREETING = 500
"""Letters that callers can be expected to listen to."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Days beyond are a slip of the pen."""
LONGEST_DAYS = 366
"""Special days that last longer are a slip of the pen, or a new week."""


def week_fields(schedule: Schedule) -> dict[str, str]:
    """The form of a week as it stands."""
    days = {day: [Times(s.opens, s.closes) for s in schedule.plan.spans if s.weekday == day] for day in range(7)}
    rules = schedule.rules
    return {
        **{f"day{day}": write_times(times) for day, times in days.items()},
        "holidays": rules.holidays,
        "holiday_times": write_times(rules.holiday_times),
        "makeup": "" if rules.makeup is None else str(rules.makeup),
    }


def read_week(form: Form, locale: str) -> tuple[WeeklyPlan, Rules]:
    """The week and its rules; what is wrong is noted in the form."""
    spans = [Span(day, one.opens, one.closes) for day in range(7) for one in times(form, f"day{day}", locale)]
    holidays = form.choice("holidays", HOLIDAYS)
    holiday_times = times(form, "holiday_times", locale) if holidays == "times" else ()
    if holidays == "times" and not holiday_times:
        form.wrong("holiday_times", gettext(locale, "Please fill this in."))
    makeup = form.choice("makeup", [str(day) for day in range(7)], required=False)
    return WeeklyPlan(tuple(sorted(spans))), Rules(holidays, holiday_times, int(makeup) if makeup else None)


def special_fields(special: SpecialDay) -> dict[str, str]:
    """The form of a special day as it stands."""
    return {
        "hotline": special.hotline or "",
        "first": special.first.isoformat(),
        "last": special.last.isoformat(),
        "name": special.name,
        "kind": "weekday" if special.weekday is not None else "times" if special.times else "closed",
        "times": write_times(special.times),
        "weekday": "" if special.weekday is None else str(special.weekday),
        "zh": special.zh,
        "en": special.en,
    }


def read_special(form: Form, locale: str, id: int, hotlines: Collection[str]) -> SpecialDay:
    """The special day; what is wrong is noted in the form."""
    name = form.text("name", max_length=80)
    hotline = form.choice("hotline", hotlines, required=False)
    first = day(form, "first", locale)
    last = day(form, "last", locale) if form.raw("last") else first
    if "first" in form.errors or "last" in form.errors:
        first = last
    if last < first:
        form.wrong("last", gettext(locale, "The last day lies before the first one."))
    elif (last - first).days >= LONGEST_DAYS:
        form.wrong("last", gettext(locale, "At most a year was expected; what lasts longer belongs into the week."))
    kind = form.choice("kind", DAY_KINDS)
    opened = times(form, "times", locale) if kind == "times" else ()
    if kind == "times" and not opened:
        form.wrong("times", gettext(locale, "Please fill this in."))
    weekday = form.choice("weekday", [str(one) for one in range(7)]) if kind == "weekday" else ""
    zh, en = (form.text(name, max_length=GREETING, required=False) for name in ("zh", "en"))
    return SpecialDay(id, hotline or None, first, last, name, opened, int(weekday) if weekday else None, zh, en)


def read_switch(form: Form, locale: str, now: int) -> Switch:
    """The emergency as it shall be; what is wrong is noted in the form."""
    on = bool(form.raw("on"))
    zh, en = (form.text(name, max_length=GREETING, required=False) for name in ("zh", "en"))
    if on and not (zh or en):
        form.wrong("zh", gettext(locale, "Callers must be told something: fill in one language at least."))
    until = form.moment("until", required=False)
    if on and until is not None and until <= now:
        form.wrong("until", gettext(locale, "This time is over already."))
    return Switch(on, bool(form.raw("closed")), zh, en, until=until)


def times(form: Form, name: str, locale: str) -> tuple[Times, ...]:
    """The times written in a field; none when it is empty or wrong."""
    try:
        return read_times(form.raw(name)[:200])
    except NotTimes as wrong:
        form.wrong(name, gettext(locale, "Times such as 08:30-12:00, 13:30-17:30 were expected, not %(text)s.") % {"text": wrong})
    except Overlap as wrong:
        form.wrong(name, gettext(locale, "%(times)s overlaps the time before it.") % {"times": wrong})
    except Hole as wrong:
        form.wrong(
            name, gettext(locale, "Closed from %(times)s only: is this meant? The end of a day is written 24:00.") % {"times": wrong}
        )
    return ()


def day(form: Form, name: str, locale: str) -> date:
    """The date in a field; 1 January 2000 when it is wrong."""
    try:
        found = date.fromisoformat(form.raw(name))
    except ValueError:
        found = date.min
    if FIRST_YEAR <= found.year <= LAST_YEAR:
        return found
    form.wrong(name, gettext(locale, "A date such as 2026-10-01 was expected."))
    return date(FIRST_YEAR, 1, 1)


def typed(form: Form, names: Collection[str]) -> Mapping[str, str]:
    """What was typed into a form, to be shown again."""
    return {name: form.raw(name) for name in names}
