"""The demo can be loaded at every start, and tells a newcomer all he needs."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from callcenter.crm.callbacks.service import Callbacks
from callcenter.crm.cases.service import CaseFilter, Cases
from callcenter.crm.customers.service import Customers
from callcenter.crm.customers.tables import PhoneRow
from callcenter.crm.orders.rules import STATES, check
from callcenter.crm.orders.service import Orders
from callcenter.demo import CASES, SHOPS, Demo, about
from callcenter.demo import load as load_demo
from callcenter.demo_orders import WEEKS, orders
from callcenter.demo_shops import shops
from callcenter.hotlines.hours import Hours
from callcenter.hotlines.numbers import normalise
from callcenter.hotlines.public_days import public_days
from callcenter.hotlines.service import Hotlines
from callcenter.people.passwords import Passwords
from callcenter.people.service import People
from callcenter.settings import Settings, read
from callcenter.store.engine import Store
from callcenter.telephony.secrets import Secrets


@pytest.fixture
def settings(tmp_path: Path, store: Store) -> Settings:
    return replace(read({}), data_dir=tmp_path / "var", database=store.url, demo=True)


async def load(settings: Settings, store: Store) -> Demo:
    """The demo, with passwords that cost little."""
    return await load_demo(settings, store, passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))


async def test_it_is_a_whole_centre(settings: Settings, store: Store) -> None:
    demo = await load(settings, store)
    people, customers = People(store, idle_ms=1_000), Customers(store)
    assert demo.new
    assert [a.number for a in await people.agents()] == [str(n) for n in range(2001, 2013)]
    assert [h.number for h in await Hotlines(store).all()] == ["8000000001", "8000000002", "8000000003"]
    assert (await Hours(store, settings.zone, public_days("CN")).opening("8000000001")).open
    assert len(await people.seats()) == 12
    assert await customers.count() == SHOPS
    assert len(await Cases(store, settings.zone).find(CaseFilter(state=None))) == len(CASES)
    assert await Orders(store).count() == SHOPS * WEEKS
    assert len(await Callbacks(store, due_ms=1).owed()) == 3
    for sign_in in demo.sign_ins[:1] + demo.sign_ins[-3:]:
        assert (await people.check(sign_in.number, sign_in.password, "127.0.0.1")).roles == set(sign_in.roles)


async def test_loaded_again_nothing_changes(settings: Settings, store: Store) -> None:
    first = await load(settings, store)
    again = await load(settings, store)
    assert (again.sign_ins, again.new) == (first.sign_ins, False)
    assert await Customers(store).count() == SHOPS
    assert await Orders(store).count() == SHOPS * WEEKS
    assert len(await Cases(store, settings.zone).find(CaseFilter(state=None))) == len(CASES)


async def test_lost_passwords_are_made_anew(settings: Settings, store: Store) -> None:
    first = await load(settings, store)
    (settings.data_dir / "demo-passwords.json").unlink()
    again = await load(settings, store)
    assert again.new
    assert not {s.password for s in first.sign_ins} & {s.password for s in again.sign_ins}
    who = again.sign_ins[0]
    assert (await People(store, idle_ms=1_000).check(who.number, who.password, "127.0.0.1")).number == who.number


async def test_passwords_are_for_the_owner_alone(settings: Settings, store: Store) -> None:
    await load(settings, store)
    assert stat.S_IMODE((settings.data_dir / "demo-passwords.json").stat().st_mode) == 0o600


async def test_it_tells_what_a_newcomer_needs(settings: Settings, store: Store) -> None:
    demo = await load(settings, store)
    told = await about(settings, Secrets(ami="a", demo_phone="d", trunk="t", seats={"1001": "secret-of-1001"}))
    assert told["hotlines"][0]["number"] == "8000000001"
    assert told["seats"][0] == {"seat": "1001", "kind": "browser", "secret": "secret-of-1001"}
    assert [s["password"] for s in told["sign_ins"]] == [s.password for s in demo.sign_ins]
    for caller in told["callers"]:
        found = await Customers(store).recognise(caller["number"])
        assert found.customer is not None
        assert found.customer.name == caller["customer"]


async def test_only_the_shared_line_belongs_to_two(settings: Settings, store: Store) -> None:
    await load(settings, store)
    async with store.transaction() as session:
        query = select(PhoneRow.number).group_by(PhoneRow.number).having(func.count() > 1)
        assert (await session.scalars(query)).all() == ["+862160019999"]
    assert len((await Customers(store).recognise("02160019999")).several) == 2


def test_the_same_seed_invents_the_same_shops() -> None:
    assert shops(300, 1) == shops(300, 1)
    assert shops(300, 1) != shops(300, 2)


def test_invented_orders_are_possible_at_any_hour() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    for hour in range(24):
        now = int(datetime(2026, 11, 22, hour, 5, tzinfo=zone).timestamp() * 1000)
        made = orders(range(1, 301), now, zone, 7)
        assert len({one.number for one in made}) == len(made) == 300 * WEEKS
        assert {one.state for one in made} == set(STATES)
        for one in made:
            check(one.number, one.state, one.delivery)
            assert one.placed <= now
            assert one.amount == sum(line.allotted * line.price for line in one.lines)
            assert all(0 < line.allotted <= line.asked for line in one.lines)
    assert orders(range(1, 301), now, zone, 7) == made


def test_every_invented_number_is_one() -> None:
    given = [phone.given for shop in shops(300, 7) for phone in shop.phones]
    assert all((normalise(one) or "").startswith("+86") for one in given), [g for g in given if not (normalise(g) or "").startswith("+86")]


def test_names_and_licence_numbers_are_all_different() -> None:
    invented = shops(300, 7)
    assert len({shop.name for shop in invented}) == len({shop.licence_no for shop in invented}) == 300
