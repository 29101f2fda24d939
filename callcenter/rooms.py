"""Every room's service over one store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from callcenter.calls.service import Calls
from callcenter.crm.callbacks.service import Callbacks
from callcenter.crm.cases.service import Cases
from callcenter.crm.customers.service import Customers
from callcenter.crm.orders.service import Orders
from callcenter.crm.surveys.service import Surveys
from callcenter.desk.records import Records
from callcenter.desk.service import Notes
from callcenter.hotlines.hours import Hours
from callcenter.hotlines.public_days import public_days
from callcenter.hotlines.service import Hotlines
from callcenter.ivr.around import Around, look_around
from callcenter.ivr.kept import KeptFlows
from callcenter.ivr.named.service import NamedPrompts
from callcenter.people.service import People
from callcenter.settings import Settings
from callcenter.store.engine import Store


@dataclass(frozen=True)
class Rooms:
    """What can be asked of the store. `around`: what flows may name, as it is now."""

    store: Store
    people: People
    hotlines: Hotlines
    hours: Hours
    customers: Customers
    cases: Cases
    callbacks: Callbacks
    orders: Orders
    surveys: Surveys
    calls: Calls
    notes: Notes
    flows: KeptFlows
    prompts: NamedPrompts
    around: Callable[[], Awaitable[Around]]
    country: str

    @property
    def records(self) -> Records:
        return Records(self.customers, self.cases, self.callbacks, self.calls, self.people, self.notes, self.country)


def rooms(settings: Settings) -> Rooms:
    store = Store(settings.database_url)
    hotlines, prompts = Hotlines(store), NamedPrompts(store)
    return Rooms(
        store=store,
        people=People(store, idle_ms=settings.session_h * 3_600_000),
        hotlines=hotlines,
        hours=Hours(store, settings.zone, public_days(settings.country)),
        customers=Customers(store, region=settings.country),
        cases=Cases(store, settings.zone),
        callbacks=Callbacks(store, due_ms=settings.callback_due_h * 3_600_000, region=settings.country),
        orders=Orders(store),
        surveys=Surveys(store),
        calls=Calls(store, settings.recordings),
        notes=Notes(store),
        flows=KeptFlows(store),
        prompts=prompts,
        around=partial(look_around, hotlines, prompts, settings.flows),
        country=settings.country,
    )
