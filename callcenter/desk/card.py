"""The caller's record as the pop shows it, read in one go."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter.crm.callbacks.service import Callback, CallbackFilter
from callcenter.crm.cases.service import Case
from callcenter.crm.customers.service import Card as CustomerCard
from callcenter.crm.customers.service import Customer
from callcenter.desk.records import Records
from callcenter.floor.call import ANONYMOUS, Call
from callcenter.hotlines.numbers import normalise

LAST_CALLS = 5
LAST_CASES = 5


@dataclass(frozen=True)
class Card:
    """Who rings. One customer; or `several` who have the number, of whom none is guessed: `customer` is one of them once he, or the agent,
    has said which; or, without both, a number that nobody has.

    `cases` are the customer's, open ones first; `callbacks` are those still owed.
    """

    customer: CustomerCard | None = None
    several: tuple[Customer, ...] = ()
    calls: tuple[Call, ...] = ()
    cases: tuple[Case, ...] = ()
    callbacks: tuple[Callback, ...] = ()


def other_number(call: Call) -> str:
    """The customer's side of the call."""
    return call.to if call.direction == "outbound" else call.number


async def read_card(records: Records, call: Call) -> Card:
    """All that the pop shows. Raise one of the store's AWAY."""
    number = other_number(call)
    if call.customer is not None:
        return await _of_customer(records, call.customer, call)
    if number == ANONYMOUS:
        return Card()
    recognised = await records.customers.recognise(number)
    if recognised.customer is not None:
        return await _of_customer(records, recognised.customer.id, call)
    calls = await records.calls.of_number(number, LAST_CALLS + 1)
    return Card(several=recognised.several, calls=_before(calls, call), callbacks=await _owed(records, number, None))


async def _of_customer(records: Records, customer: int, call: Call) -> Card:
    calls = await records.calls.of_customer(customer, LAST_CALLS + 1)
    sharing = await records.customers.recognise(other_number(call))
    return Card(
        customer=await records.customers.card(customer),
        several=sharing.several if sharing.may_be(customer) else (),
        calls=_before(calls, call),
        cases=tuple(await records.cases.of_customer(customer, LAST_CASES)),
        callbacks=await _owed(records, other_number(call), customer),
    )


async def _owed(records: Records, number: str, customer: int | None) -> tuple[Callback, ...]:
    """What we owe to the number, and to the customer at other numbers."""
    owed: dict[int, Callback] = {}
    known = normalise(number, records.home)
    if known is not None:
        owed |= {one.id: one for one in await records.callbacks.owed(CallbackFilter(number=known))}
    if customer is not None:
        owed |= {one.id: one for one in await records.callbacks.owed(CallbackFilter(customer=customer))}
    return tuple(sorted(owed.values(), key=lambda one: one.due))


def _before(calls: list[Call], call: Call) -> tuple[Call, ...]:
    return tuple(past for past in calls if past.id != call.id)[:LAST_CALLS]
