"""The records that the desk reads and writes, in one bundle."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter.calls.service import Calls
from callcenter.crm.callbacks.service import Callbacks
from callcenter.crm.callers.service import Callers
from callcenter.crm.cases.service import Cases
from callcenter.crm.customers.service import Customers
from callcenter.desk.service import Notes
from callcenter.people.service import People
from callcenter.settings import CHINA, Home


@dataclass(frozen=True)
class Records:
    customers: Customers
    cases: Cases
    callbacks: Callbacks
    calls: Calls
    people: People
    notes: Notes
    callers: Callers
    home: Home = CHINA  # whose plan reads a number without country code
