"""`callcenter orders put`: what the order system tells of orders, one JSON object a line."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from callcenter.crm.orders.rules import BadOrder
from callcenter.crm.orders.told import read_order
from callcenter.rooms import Rooms, rooms
from callcenter.settings import Settings, read

STDIN = Path("-")


def add_to(commands: Any) -> None:
    """The words of the commands."""
    orders = commands.add_parser("orders", help="customers' orders").add_subparsers(required=True, metavar="what")
    put = orders.add_parser("put", help="take orders as they are now, one JSON object a line; those that are there already are replaced")
    put.add_argument("file", type=Path, help="- is the standard input")
    put.set_defaults(run=_put)


def _put(asked: argparse.Namespace) -> int:
    try:
        with sys.stdin if asked.file == STDIN else asked.file.open(encoding="utf-8", errors="replace") as lines:
            return asyncio.run(_taken(read(), lines))
    except OSError as wrong:
        print(f"{asked.file} cannot be read: {wrong.strerror}", file=sys.stderr)
        return 1


async def _taken(settings: Settings, lines: Iterable[str]) -> int:
    """Take every order that can be taken; say of each other one why it cannot. 1 when there was one."""
    house = rooms(settings)
    kept, refused = 0, 0
    try:
        for n, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                await _take(settings, house, line)
                kept += 1
            except BadOrder as wrong:
                refused += 1
                print(f"line {n}: {wrong}", file=sys.stderr)
    finally:
        await house.store.close()
    print(f"{kept} taken, {refused} refused")
    return int(refused > 0)


async def _take(settings: Settings, house: Rooms, line: str) -> None:
    told = read_order(line, settings.zone)
    customer = await house.customers.by_licence(told.licence)
    if customer is None:
        raise BadOrder(f"no customer has the licence number {told.licence}")
    await house.orders.put(replace(told.order, customer=customer.id))
