"""Surveys' pages: what came of the questions, the unhappy answers and what is done about them, and the questions of each queue."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import groupby

from aiohttp import web

from callcenter.crm.cases.keys import CASES
from callcenter.crm.surveys.keys import SURVEYS
from callcenter.crm.surveys.service import NoSuchQuestion, Question
from callcenter.hotlines.keys import HOTLINES
from callcenter.web.forms import Form, read_form
from callcenter.web.rendering import render
from callcenter.web.texts import gettext
from callcenter.web.user import signed_in

MAY_CHANGE = frozenset({"supervisor", "admin"})
DAY_MS = 86_400_000
PERIODS = ("1", "7", "30", "90")
"""Days that can be looked back."""
FIELDS = ("queue", "place", "name", "zh", "en", "keys", "unhappy")
TEXT = 300
"""Letters that a caller can be expected to listen to before he answers."""


async def listed(request: web.Request) -> web.StreamResponse:
    """GET /surveys: `days` back, 30 when it is not said."""
    surveys = request.app[SURVEYS]
    days = request.query.get("days", "")
    days = days if days in PERIODS else "30"
    now = surveys.clock()
    since = now - int(days) * DAY_MS
    results, unhappy = await surveys.results(since, now + 1), await surveys.unhappy(since)
    queues = await request.app[HOTLINES].queues()
    return await render(
        request,
        "crm/surveys.html",
        days=days,
        periods=PERIODS,
        results={queue: list(several) for queue, several in groupby(results, key=lambda one: one.question.queue)},
        asked={one.id for one in await surveys.all()},
        unhappy=unhappy,
        cases=await request.app[CASES].of_calls([one.call for one in unhappy]),
        queues={one.name: one.title(request["locale"]) for one in queues},
        may_change=bool(signed_in(request).roles & MAY_CHANGE),
    )


async def new(request: web.Request) -> web.StreamResponse:
    """GET /surveys/questions/new; `queue` in the address fills that field."""
    queue = request.query.get("queue", "")
    there = len(await request.app[SURVEYS].questions(queue))
    return await _form(request, 0, _fields(Question(0, queue, min(there + 1, 9), "", "", "", "12345", "45")), {})


async def add(request: web.Request) -> web.StreamResponse:
    """POST /surveys/questions: queue, place, name, zh, en, keys, unhappy."""
    return await _save(request, 0)


async def one(request: web.Request) -> web.StreamResponse:
    """GET /surveys/questions/{id}"""
    question = await _known(request)
    return await _form(request, question.id, _fields(question), {})


async def save(request: web.Request) -> web.StreamResponse:
    """POST /surveys/questions/{id}: the same fields as a new one has."""
    return await _save(request, (await _known(request)).id)


async def retire(request: web.Request) -> web.StreamResponse:
    """POST /surveys/questions/{id}/retire"""
    try:
        await request.app[SURVEYS].retire((await _known(request)).id, by=signed_in(request).number)
    except NoSuchQuestion:
        raise web.HTTPNotFound from None
    raise web.HTTPSeeOther("/surveys")


async def _save(request: web.Request, id: int) -> web.StreamResponse:
    form = await read_form(request)
    question = read_question(form, request["locale"], id, [queue.name for queue in await request.app[HOTLINES].queues()])
    if form.errors:
        return await _form(request, id, {name: form.raw(name) for name in FIELDS}, form.errors)
    try:
        await request.app[SURVEYS].keep(question, by=signed_in(request).number)
    except NoSuchQuestion:
        raise web.HTTPNotFound from None
    raise web.HTTPSeeOther("/surveys")


def read_question(form: Form, locale: str, id: int, queues: Collection[str]) -> Question:
    """The question; what is wrong is noted in the form."""
    queue, name = form.choice("queue", queues), form.text("name", max_length=80)
    place = form.whole("place", low=1, high=9)
    zh, en = (form.text(language, max_length=TEXT, required=False) for language in ("zh", "en"))
    if not (zh or en):
        form.wrong("zh", gettext(locale, "Callers must be asked something: fill in one language at least."))
    keys, unhappy = form.text("keys", max_length=10), form.text("unhappy", max_length=10, required=False)
    if keys and not (keys.isascii() and keys.isdigit() and len(set(keys)) == len(keys)):
        form.wrong("keys", gettext(locale, "Different digits such as 12345 were expected."))
    if not set(unhappy) <= set(keys):
        form.wrong("unhappy", gettext(locale, "Only keys that are answers can be unhappy ones."))
    return Question(id, queue, place, name, zh, en, keys, unhappy)


def _fields(question: Question) -> Mapping[str, str]:
    return {name: str(getattr(question, name)) for name in FIELDS}


async def _known(request: web.Request) -> Question:
    id = request.match_info["id"]
    found = await request.app[SURVEYS].one(int(id)) if id.isdecimal() and len(id) < 10 else None
    if found is None:
        raise web.HTTPNotFound(text=gettext(request["locale"], "This question is asked no more."))
    return found


async def _form(request: web.Request, id: int, values: Mapping[str, str], errors: Mapping[str, str]) -> web.Response:
    queues = [(one.name, one.title(request["locale"])) for one in await request.app[HOTLINES].queues()]
    status = 422 if errors else 200
    return await render(request, "crm/question.html", status=status, id=id, queues=queues, values=values, errors=errors)
