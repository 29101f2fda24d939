"""The wrap-up: a note, what became of the call, a case, a promise to call back; saved in one go and once."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter.calls.service import CallFilter
from callcenter.crm.callbacks.service import AlreadyClosed, NewAsk, NoSuchCallback
from callcenter.crm.cases.service import Case
from callcenter.desk.records import Records
from callcenter.desk.words import CALLBACK_RESULTS, CASE_KEYS
from callcenter.floor.call import Call
from callcenter.hotlines.numbers import normalise
from callcenter.people.service import People, Word
from callcenter.settings import Home
from callcenter.web.forms import Form
from callcenter.web.texts import gettext
from callcenter.web.user import User

UNSAVED_MS = 12 * 3_600_000
"""How long a call that was never wrapped up stays on the desk of who talked."""

MOST_UNSAVED = 20


@dataclass(frozen=True)
class Choices:
    """What the form offers: dispositions, and who may own a case (id, number, name)."""

    dispositions: tuple[Word, ...]
    owners: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True)
class NewCase:
    kind: str
    text: str
    owner: int
    due: int | None


@dataclass(frozen=True)
class Promise:
    number: str
    due: int
    reason: str


@dataclass(frozen=True)
class WrapUp:
    """What an agent entered. `result` closes the callback that the call kept, '' leaves it open."""

    note: str
    disposition: str
    case: NewCase | None
    promise: Promise | None
    result: str


async def read_choices(people: People) -> Choices:
    agents = [(agent.user, agent.number, agent.name) for agent in await people.agents() if agent.active]
    return Choices(tuple(await people.dispositions()), tuple(agents))


def read(form: Form, choices: Choices, user: User, home: Home, now: int) -> WrapUp:
    """What was entered; FormError names every wrong field."""
    note = form.text("note", max_length=4000, required=False)
    disposition = form.choice("disposition", [word.code for word in choices.dispositions])
    case = _case(form, choices, user, note) if form.raw("case_kind") else None
    promise = _promise(form, user.language, home, now) if form.raw("promise") else None
    result = form.choice("callback_result", tuple(CALLBACK_RESULTS), required=False)
    form.check()
    return WrapUp(note, disposition, case, promise, result)


def _case(form: Form, choices: Choices, user: User, note: str) -> NewCase:
    kind = form.choice("case_kind", CASE_KEYS)
    # Without words of its own the case takes the note, so that two keys open it.
    text = form.text("case_text", max_length=4000, required=not note) or note
    owner = form.choice("case_owner", [str(id) for id, _number, _name in choices.owners], required=False)
    return NewCase(kind, text, int(owner) if owner else user.id, form.moment("case_due", required=False))


def _promise(form: Form, locale: str, home: Home, now: int) -> Promise:
    number = form.text("promise_number", max_length=40)
    if number and normalise(number, home) is None:
        form.wrong("promise_number", gettext(locale, "A telephone number such as 13800138000 was expected."))
    due = form.moment("promise_due")
    if due is not None and due <= now:
        form.wrong("promise_due", gettext(locale, "A time to come was expected."))
    return Promise(number, due or now, form.text("promise_reason", max_length=500, required=False))


async def save(records: Records, call: Call, user: User, entered: WrapUp) -> Case | None:
    """Keep everything; doing it again changes nothing twice. The note comes last: where it stands, the rest does too."""
    key = f"wrapup:{call.id}:{user.id}"
    case = None
    if entered.case is not None:
        case = await records.cases.open(
            kind=entered.case.kind,
            text=entered.case.text,
            by=user.id,
            owner=entered.case.owner,
            customer=call.customer,
            call=call.id,
            due=entered.case.due,
            key=f"{key}:{entered.case.kind}",
        )
    if entered.promise is not None:
        await records.callbacks.promise(
            NewAsk(
                number=entered.promise.number,
                kind="promised",
                customer=call.customer,
                call=call.id,
                hotline=call.hotline,
                queue=call.queue,
                reason=entered.promise.reason or entered.note[:500],
                by=user.id,
                due=entered.promise.due,
                key=key,
            )
        )
    if entered.result and call.callback is not None:
        await _close(records, call.callback, entered.result, user, call)
    await records.notes.save_wrapup(call.id, user.id, entered.note, entered.disposition)
    if call.direction == "inbound":
        await records.callers.marked(call.id, call.number, entered.disposition, user=user.id)
    return case


async def _close(records: Records, callback: int, result: str, user: User, call: Call) -> None:
    try:
        await records.callbacks.close(callback, result, by=user.id, call=call.id)
    except (AlreadyClosed, NoSuchCallback):
        return  # saved before, or closed by a colleague: nothing is owed any more, which is what was wanted


async def unsaved(records: Records, user: User, now: int) -> list[Call]:
    """The calls this agent talked on and never wrapped up, newest first."""
    calls = await records.calls.find(CallFilter(agent=user.number, since=now - UNSAVED_MS, limit=MOST_UNSAVED))
    notes = await records.notes.of_calls([call.id for call in calls])
    return [call for call in calls if not any(note.user == user.id for note in notes.get(call.id, ()))]
