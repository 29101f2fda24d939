"""Every room's service over one store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from callcenter.calls.service import Calls
from callcenter.crm.callbacks.service import Callbacks
from callcenter.crm.callers.keyed import Keyed
from callcenter.crm.callers.rules import DAY_MS, MINUTE_MS, Limits
from callcenter.crm.callers.service import Callers
from callcenter.crm.cases.service import Cases
from callcenter.crm.customers.service import Customers
from callcenter.crm.orders.service import Orders
from callcenter.crm.surveys.service import Surveys
from callcenter.desk.records import Records
from callcenter.desk.service import Notes
from callcenter.hotlines.hours import Hours
from callcenter.hotlines.public_days import public_days
from callcenter.hotlines.service import Hotlines
from callcenter.ivr.actions.http import Web
from callcenter.ivr.actions.once import Acts
from callcenter.ivr.actions.registry import of_store, registered
from callcenter.ivr.actions.remarks import Remarks
from callcenter.ivr.actions.running import Actions
from callcenter.ivr.language.finding import Finding
from callcenter.ivr.named.service import NamedPrompts
from callcenter.ivr.published.around import Around, look_around
from callcenter.ivr.published.kept import KeptFlows
from callcenter.people.service import People
from callcenter.routing.outbound import may_dial
from callcenter.settings import Home, Settings
from callcenter.store.engine import Store


@dataclass(frozen=True)
class Rooms:
    """What can be asked of the store. `around`: what flows may name, as it is now.

    `actions` are those that flows may name, `not_actions` why others are not among them; `web` is open while services may be asked.
    """

    store: Store
    people: People
    hotlines: Hotlines
    hours: Hours
    customers: Customers
    cases: Cases
    callbacks: Callbacks
    callers: Callers
    keyed: Keyed
    orders: Orders
    surveys: Surveys
    calls: Calls
    notes: Notes
    flows: KeptFlows
    prompts: NamedPrompts
    remarks: Remarks
    web: Web
    actions: Actions
    not_actions: tuple[Finding, ...]
    around: Callable[[], Awaitable[Around]]
    may_dial: Callable[[str], bool]
    home: Home

    @property
    def records(self) -> Records:
        return Records(self.customers, self.cases, self.callbacks, self.calls, self.people, self.notes, self.callers, self.home)


def limits(settings: Settings) -> Limits:
    """What makes a caller a nuisance here."""
    return Limits(
        calls=settings.nuisance_calls,
        calls_ms=settings.nuisance_min * MINUTE_MS,
        marks=settings.nuisance_marks,
        marks_ms=settings.nuisance_days * DAY_MS,
    )


def rooms(settings: Settings) -> Rooms:
    store = Store(settings.database_url)
    people = People(store, idle_ms=settings.session_h * 3_600_000)
    customers, cases = Customers(store, home=settings.home), Cases(store, settings.zone)
    hotlines, prompts, orders, remarks, web = Hotlines(store), NamedPrompts(store), Orders(store), Remarks(store), Web()
    built_in = of_store(orders, cases, customers, people, remarks, settings.zone)
    found = registered(built_in, web, settings.services, settings.actions_module)
    actions = Actions(found.actions, Acts(store))
    may = partial(may_dial, home=settings.home, others=settings.dialled_countries)
    return Rooms(
        store=store,
        people=people,
        hotlines=hotlines,
        hours=Hours(store, settings.zone, public_days(settings.country)),
        customers=customers,
        cases=cases,
        callers=Callers(store, limits(settings), settings.home),
        keyed=Keyed(store, customers, settings.key_in_tries, settings.key_in_lock_min * MINUTE_MS, settings.home),
        callbacks=Callbacks(store, due_ms=settings.callback_due_h * 3_600_000, home=settings.home, asks_a_day=settings.asks_a_day),
        orders=orders,
        surveys=Surveys(store),
        calls=Calls(store, settings.recordings),
        notes=Notes(store),
        flows=KeptFlows(store),
        prompts=prompts,
        remarks=remarks,
        web=web,
        actions=actions,
        not_actions=found.findings,
        around=partial(look_around, hotlines, people, prompts.named, settings.flows, actions.by_name, may),
        may_dial=may,
        home=settings.home,
    )
