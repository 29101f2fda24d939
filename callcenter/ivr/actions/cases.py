"""What callers ask about their cases, and a case that a flow opens for them."""

from __future__ import annotations

import logging
from functools import partial
from zoneinfo import ZoneInfo

from callcenter.crm.cases.rules import KINDS
from callcenter.crm.cases.service import Cases
from callcenter.crm.cases.words import KINDS as KIND_WORDS
from callcenter.ivr.actions.kept import once_kept
from callcenter.ivr.actions.running import ActionFailed
from callcenter.ivr.actions.whose import Whose
from callcenter.ivr.actions.words import day, said
from callcenter.ivr.language.action import Action, Answer, Asked, Input
from callcenter.people.service import People

log = logging.getLogger(__name__)

DAY_DIGITS = 8
"""A case's number is keyed in without its letter and dash: the day, then which of that day."""

MOST_OF_CALL = 5
"""Cases that one call may open: a caller who goes round in a menu opens no more."""


def case_actions(cases: Cases, people: People, whose: Whose, zone: ZoneInfo) -> tuple[Action, ...]:
    """`case_status` and `open_case`."""

    async def case_status(asked: Asked) -> Answer:
        keyed = asked.inputs["case"]
        case = await cases.one(f"C{keyed[:DAY_DIGITS]}-{keyed[DAY_DIGITS:]}")
        if case is None or not await whose.may_hear(asked, case.customer):
            whose.missed(asked)
            return Answer("none")
        slots = {
            "case": keyed,
            "case_kind": said(asked.language, KIND_WORDS[case.kind]),
            "case_opened": day(case.opened, zone),
            "case_day": day(case.due if case.closed is None else case.closed, zone),
        }
        return Answer("settled" if case.state == "closed" else "open", slots)

    async def open_case(asked: Asked) -> Answer:
        if len(await cases.of_call(asked.call)) >= MOST_OF_CALL:
            raise ActionFailed(f"{MOST_OF_CALL} cases of one call are open already")
        owner = await _owner(people, asked)
        write = partial(
            cases.open,
            kind=asked.inputs["kind"],
            text=asked.inputs["text"],
            by=owner,
            customer=asked.customer,
            call=asked.call,
            channel="ivr",
            key=asked.key,
        )
        case = await once_kept(write)
        return Answer("opened", {"case": "".join(filter(str.isdigit, case.number))})

    return (
        Action(
            name="case_status",
            title=("查询工单", "Case status"),
            what="Tells whether a case is settled; `case_day` is the day by which it must be, or was.",
            inputs={
                "case": Input("digits", what="the case's number as keyed in: its digits"),
                "licence": Input("digits", needed=False, what="his licence number as keyed in; it stands for being recognised"),
            },
            results=("open", "settled", "none"),
            called={"open": ("办理中", "not settled"), "settled": ("已办结", "settled"), "none": ("未查到", "not found")},
            sets={"case": "digits", "case_kind": "text", "case_opened": "date", "case_day": "date"},
            fills={"none": ()},
            run=case_status,
        ),
        Action(
            name="open_case",
            title=("登记工单", "Open a case"),
            what="Opens a case of this call, with the recognised customer where there is one.",
            inputs={
                "kind": Input(choices=KINDS, what="the kind of case"),
                "text": Input(what="what it is about"),
                "owner": Input("digits", needed=False, what="number of the user who answers for it; left out: the first supervisor"),
            },
            results=("opened",),
            called={"opened": ("已登记", "opened")},
            sets={"case": "digits"},
            effect=True,
            same_again=True,
            run=open_case,
        ),
    )


async def _owner(people: People, asked: Asked) -> int:
    """The id of who answers for a case: the one named, when he is there, else a supervisor. Raise ActionFailed: there is nobody."""
    wanted = asked.inputs["owner"]
    found = await people.answerable(wanted)
    if found is None:
        raise ActionFailed("nobody is there who could answer for a case: no supervisor and no administrator")
    if wanted and found[1] != wanted:
        log.warning("Call %s: a case has no owner %s, so %s answers for it", asked.call, wanted, found[1])
    return found[0]
