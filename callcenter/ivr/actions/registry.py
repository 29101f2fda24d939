"""Every action that flows may name: those of the store, the services of the file, and those of the centre's own module."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from callcenter.crm.cases.service import Cases
from callcenter.crm.customers.service import Customers
from callcenter.crm.orders.service import Orders
from callcenter.ivr.actions.cases import case_actions
from callcenter.ivr.actions.http import Web, ask_http
from callcenter.ivr.actions.orders import order_actions
from callcenter.ivr.actions.remarks import Remarks, note_action
from callcenter.ivr.actions.services_file import read_services
from callcenter.ivr.actions.whose import Whose
from callcenter.ivr.language.action import Action
from callcenter.ivr.language.finding import Finding
from callcenter.people.service import People

OWN = "ACTIONS"
"""What a module of the centre's own holds: a list of Action."""


@dataclass(frozen=True)
class Registered:
    """The actions there are; `findings` say why others are not among them."""

    actions: tuple[Action, ...]
    findings: tuple[Finding, ...] = ()


def of_store(orders: Orders, cases: Cases, customers: Customers, people: People, remarks: Remarks, zone: ZoneInfo) -> tuple[Action, ...]:
    """The actions that every centre has."""
    whose = Whose(customers)
    return (*order_actions(orders, whose, zone), *case_actions(cases, people, whose, zone), note_action(remarks))


def registered(built_in: Iterable[Action], web: Web, services_file: Path | None, module: str) -> Registered:
    """All of them by file and module ('' and None: there is none). A name that is there already is a finding."""
    services, findings = read_services(services_file) if services_file else ((), ())
    own, wrong = _own(module) if module else ((), ())
    there: dict[str, Action] = {one.name: one for one in built_in}
    taken = []
    for where, more in ((str(services_file), [ask_http(web, service) for service in services]), (module, own)):
        for action in more:
            if action.name in there:
                taken.append(Finding(where, 1, f"there is an action {action.name!r} already: choose another name"))
            there.setdefault(action.name, action)
    return Registered(tuple(there.values()), tuple(sorted((*findings, *wrong, *taken))))


def _own(module: str) -> tuple[Sequence[Action], tuple[Finding, ...]]:
    try:
        found = getattr(importlib.import_module(module), OWN, None)
    except Exception as wrong:  # noqa: BLE001 (anybody's code is run here: whatever it raises is told, and the centre starts)
        return (), (Finding(module, _line(module, wrong), f"cannot be imported: {type(wrong).__name__}: {wrong}"),)
    if not isinstance(found, list | tuple) or not all(isinstance(one, Action) for one in found):
        return (), (Finding(module, 1, f"expected {OWN}, a list of Action"),)
    return tuple(found), ()


def _line(module: str, wrong: Exception) -> int:
    """The line of the module at which it went wrong."""
    end, trace = 1, wrong.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__") == module:
            end = trace.tb_lineno
        trace = trace.tb_next
    return end
