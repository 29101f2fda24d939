"""Who is calling, as a flow asks it: by his number or by what he keys in; told to the floor, so that whoever answers sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from callcenter.crm.callers.keyed import Keyed, Locked
from callcenter.crm.cases.service import CaseFilter, Cases
from callcenter.crm.customers.service import Customer, Customers
from callcenter.floor.events import CallerKnown, Event
from callcenter.store.clock import Clock, now_ms

Result = Literal["known", "unknown", "several", "locked"]


@dataclass(frozen=True, slots=True)
class Found:
    """`customer` and the number of the case of his that is due first ('' without one) when the result is known.

    `proved`: he calls from a number of the customer's. What he only keyed in stands on a paper that others have seen, too: he hears nothing
    of the customer's for it.
    """

    result: Result
    customer: Customer | None = None
    open_case: str = ""
    proved: bool = True


@dataclass(frozen=True)
class Lookup:
    """`put` tells the floor who it is."""

    customers: Customers
    cases: Cases
    keyed: Keyed
    put: Callable[[Event], None]
    clock: Clock = now_ms

    async def by_number(self, number: str, call: str) -> Found:
        """Whose number this is, as the network gave it or as it was typed."""
        return self._told(await whose(self.customers, self.cases, number), call)

    async def by_key(self, keyed: str, *, number: str, call: str) -> Found:
        """Whose licence or customer number was keyed in by the caller of this number."""
        try:
            customer = await self.keyed.look(keyed, number=number, call=call)
        except Locked:
            return Found("locked")
        return self._told(await against(self.customers, self.cases, customer, number), call)

    async def candidates(self, number: str) -> Sequence[Customer]:
        """The customers who have this number, where there are several."""
        return (await self.customers.recognise(number)).several

    async def choose(self, number: str, customer: int, call: str) -> Found:
        """The caller of this number says that he calls for this customer of those who have it."""
        found = {one.id: one for one in await self.candidates(number)}
        return self._told(await _with_case(self.cases, found.get(customer)), call)

    def _told(self, found: Found, call: str) -> Found:
        if who := found.customer:
            self.put(CallerKnown(self.clock(), call=call, customer=who.id, name=who.name, tier=who.tier))
        return found


async def whose(customers: Customers, cases: Cases, number: str) -> Found:
    """Whose number this is, as the network gave it or as it was typed. Nobody is told."""
    found = await customers.recognise(number)
    return Found("several") if found.several else await _with_case(cases, found.customer)


async def against(customers: Customers, cases: Cases, customer: Customer | None, number: str) -> Found:
    """What may be told of the customer whose number was keyed in to a caller of this telephone number. Nobody is told."""
    if customer is None:
        return Found("unknown")
    found = await _with_case(cases, customer)
    return replace(found, proved=(await customers.recognise(number)).may_be(customer.id))


async def _with_case(cases: Cases, customer: Customer | None) -> Found:
    if customer is None:
        return Found("unknown")
    due = await cases.find(CaseFilter(customer=customer.id, limit=1))
    return Found("known", customer, due[0].number if due else "")
