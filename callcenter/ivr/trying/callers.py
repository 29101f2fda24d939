"""Who calls while a flow is tried out: what the store knows of a number, as a real call brings it. Nobody is told, nothing counted."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter.crm.callers.lookup import Found, against, whose
from callcenter.crm.callers.service import Callers
from callcenter.crm.cases.service import Cases
from callcenter.crm.customers.service import Customer, Customers
from callcenter.ivr.running.doors import looked
from callcenter.ivr.running.enquire import slots_of
from callcenter.ivr.scripts.script_file import Answered


@dataclass(frozen=True, slots=True)
class Calling:
    """`several` have the number; `treatment` is why the call is turned away, '' when it is not."""

    found: Found
    several: tuple[Customer, ...] = ()
    treatment: str = ""

    @property
    def name(self) -> str:
        """What the flow calls him before it looks him up."""
        return self.found.customer.name if self.found.customer else ""

    @property
    def answer(self) -> Answered:
        """What a lookup by the number answers; of several, their names."""
        return Answered("several", {str(n): one.name for n, one in enumerate(self.several, 1)}) if self.several else answer(self.found)


@dataclass(frozen=True)
class WhoCalls:
    """Asks the rooms that a real call asks."""

    customers: Customers
    cases: Cases
    callers: Callers

    async def of_number(self, number: str) -> Calling:
        """Who calls from this number."""
        found = await whose(self.customers, self.cases, number)
        several = (await self.customers.recognise(number)).several if found.result == "several" else ()
        return Calling(found, several, await self.callers.treatment(number))

    async def of_keyed(self, keyed: str, number: str) -> Found:
        """Whose licence or customer number this is, keyed in by who calls from that number."""
        return await against(self.customers, self.cases, await self.customers.by_keyed(keyed), number)


def answer(found: Found) -> Answered:
    """What a lookup answers; slots that hold nothing are left out."""
    told = looked(found)
    return Answered(told.result, {name: value for name, value in slots_of(told).items() if value} if told.result == "known" else {})
