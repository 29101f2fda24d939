"""Who is calling, as a flow asks it: by his number or by what he keys in; told to the floor, so that whoever answers sees it."""

from __future__ import annotations

from collections.abc import Callable
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
        found = await self.customers.recognise(number)
        if found.several:
            return Found("several")
        return await self._known(found.customer, call)

    async def by_key(self, keyed: str, *, number: str, call: str) -> Found:
        """Whose licence or customer number was keyed in by the caller of this number."""
        try:
            found = await self._known(await self.keyed.look(keyed, number=number, call=call), call)
        except Locked:
            return Found("locked")
        if found.customer is None:
            return found
        return replace(found, proved=(await self.customers.recognise(number)).may_be(found.customer.id))

    async def _known(self, customer: Customer | None, call: str) -> Found:
        if customer is None:
            return Found("unknown")
        self.put(CallerKnown(self.clock(), call=call, customer=customer.id, name=customer.name, tier=customer.tier))
        cases = await self.cases.find(CaseFilter(customer=customer.id, limit=1))
        return Found("known", customer, cases[0].number if cases else "")
