"""Nobody hears another one's orders and cases: they are told to the customer who was recognised, or against his licence number."""

from __future__ import annotations

import logging
from collections import Counter

from callcenter.crm.customers.service import Customers
from callcenter.ivr.language.action import Asked

log = logging.getLogger(__name__)

MOST_MISSES = 5
"""Wrong pairs of numbers in one call; after them it is told nothing more."""

CALLS_KEPT = 2000


class Whose:
    """Who may be told what. It remembers the misses of the last calls, so that nobody tries numbers until two fit."""

    def __init__(self, customers: Customers) -> None:
        self._customers = customers
        self._misses: Counter[str] = Counter()

    async def rings_from_his(self, asked: Asked) -> bool:
        """Whether he calls from a number of the customer whom he is taken for, and did not only key in what others may know, too."""
        return (await self._customers.recognise(asked.number)).may_be(asked.customer)

    async def may_hear(self, asked: Asked, customer: int | None) -> bool:
        """Whether this caller hears what is the customer's: he is that customer, or keyed in his licence number."""
        if customer is None or self._misses[asked.call] >= MOST_MISSES:
            return False
        if asked.customer == customer:
            return True
        licence = asked.inputs.get("licence", "")
        keyed = await self._customers.by_licence(licence) if licence else None
        return keyed is not None and keyed.id == customer

    def missed(self, asked: Asked) -> None:
        """What he asked for is not there, or not his. Who did not say who he is would have been told nothing anyway: that is no try."""
        if asked.customer is None and not asked.inputs.get("licence", ""):
            return
        self._misses[asked.call] += 1
        if self._misses[asked.call] == MOST_MISSES:
            log.warning("Call %s: %d numbers were wrong or not the caller's; it is told nothing more", asked.call, MOST_MISSES)
        while len(self._misses) > CALLS_KEPT:
            del self._misses[next(iter(self._misses))]
