"""A centre with its real pages and its real store, and a day of calls."""

from __future__ import annotations

import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from callcenter import urls
from callcenter.calls.keys import CALL_HOTLINES, CALLS, LISTENINGS, STEP_TITLES, USER_NAMES
from callcenter.calls.listening import Listenings
from callcenter.calls.rows import store_call
from callcenter.calls.service import Calls
from callcenter.crm.callbacks.keys import CALLBACKS
from callcenter.crm.callbacks.service import Callbacks
from callcenter.crm.callers.keys import CALLERS
from callcenter.crm.callers.service import Callers
from callcenter.crm.cases.keys import CASE_PEOPLE, CASES
from callcenter.crm.cases.service import Cases
from callcenter.crm.customers.keys import CUSTOMERS
from callcenter.crm.customers.service import Customers
from callcenter.crm.orders.keys import ORDERS
from callcenter.crm.orders.service import Orders
from callcenter.crm.surveys.keys import SURVEYS
from callcenter.crm.surveys.service import Surveys
from callcenter.floor.call import Call, Leg, Recording, Segment, Step, Tried
from callcenter.hotlines.hours import Hours
from callcenter.hotlines.keys import HOTLINES, HOURS
from callcenter.hotlines.public_days import public_days
from callcenter.hotlines.service import Hotlines
from callcenter.hotlines.tables import HotlineRow, QueueRow
from callcenter.ivr.actions.keys import REMARKS
from callcenter.ivr.actions.remarks import Remarks
from callcenter.people.service import People
from callcenter.people.tables import UserRow
from callcenter.settings import Settings, read
from callcenter.store.clock import now_ms
from callcenter.store.engine import AWAY, Store
from callcenter.web import server
from callcenter.web.guards import SESSION_COOKIE
from callcenter.web.hub import Hub
from callcenter.web.user import User

Client = TestClient[web.Request, web.Application]

STAFF = {
    "2001": ("王芳", ["agent"], "zh_CN"),
    "2003": ("张伟", ["agent"], "zh_CN"),
    "3001": ("赵敏", ["supervisor"], "zh_CN"),
    "4001": ("何秀兰", ["qa"], "zh_CN"),
    "4002": ("Ann Lee", ["qa"], "en"),
}


STEPS = {("orders", "3", "main"): ("主菜单", "Main menu"), ("orders", "3", "to_orders"): ("订货专席", "Order desk")}
"""Titles of two steps of the flow that `answered` went through."""


async def furnish(store: Store) -> None:
    """Users, hotlines and queues. Nobody signs in by a password here: see `signed_in`."""
    async with store.transaction() as session:
        session.add_all(
            UserRow(number=number, name=name, password_hash="-", roles=roles, language=language, active=True)
            for number, (name, roles, language) in STAFF.items()
        )
        session.add_all([QueueRow(name="orders", zh="订货咨询", en="Orders", strategy="leastrecent")])
        session.add_all([QueueRow(name="complaints", zh="投诉建议", en="Complaints", strategy="leastrecent")])
        await session.flush()
        session.add(HotlineRow(number="8000000001", zh="订货咨询热线", en="Orders line", language="zh_CN", flow="orders", queue="orders"))
        session.add(HotlineRow(number="8000000002", zh="投诉热线", en="Complaints line", language="zh_CN", flow="x", queue="complaints"))


def settings_of(folder: Path, **overrides: object) -> Settings:
    return read({}, {"data_dir": str(folder), **overrides})


def build(store: Store, settings: Settings) -> web.Application:
    people = People(store, idle_ms=3_600_000)
    app = server.build(settings, urls.ROUTES, people, Hub(), urls.NAV, away=AWAY)
    app[CALLS], app[CALL_HOTLINES], app[USER_NAMES] = Calls(store, settings.recordings), Hotlines(store), people.names
    app[LISTENINGS], app[STEP_TITLES] = Listenings(store, now_ms), STEPS
    app[CUSTOMERS], app[CASES], app[CASE_PEOPLE] = Customers(store), Cases(store, settings.zone), people
    app[HOURS], app[HOTLINES] = Hours(store, settings.zone, public_days("CN")), Hotlines(store)
    app[CALLERS], app[SURVEYS] = Callers(store), Surveys(store)
    app[CALLBACKS], app[ORDERS], app[REMARKS] = Callbacks(store, due_ms=86_400_000), Orders(store), Remarks(store)
    return app


@asynccontextmanager
async def serving(store: Store, settings: Settings) -> AsyncIterator[Client]:
    """A browser without JavaScript before the running pages."""
    web_server = TestServer(build(store, settings))
    await web_server.start_server()
    async with TestClient(web_server, headers={"Origin": str(web_server.make_url("/")).rstrip("/")}) as client:
        yield client


async def signed_in(client: Client, store: Store, number: str) -> dict[str, str]:
    """The browser is this user's from now on; the header that carries his token."""
    people = People(store, idle_ms=3_600_000)
    token = await people.open(await user_of(people, number), "127.0.0.1")
    client.session.cookie_jar.update_cookies({SESSION_COOKIE: token})
    found = await people.find(token)
    assert found is not None
    return {"X-CSRF-Token": found[1]}


async def user_of(people: People, number: str) -> User:
    names = {known: id for id, (known, _name) in (await people.names()).items()}
    name, roles, language = STAFF[number]
    return User(names[number], number, name, frozenset(roles), language)


def answered(id: str, began: int, **more: object) -> Call:
    """In the menu for 8 s, 12 s in the queue, rang out at one agent, 62 s of talk with a hold, then wrap-up."""
    at = began
    call = Call(
        id=id,
        direction="inbound",
        number="13812345678",
        to="8000000001",
        began=at,
        hotline="8000000001",
        answered=at + 20_000,
        ended=at + 82_000,
        exit="answered",
        queue="orders",
        customer_name="好邻居便利店",
        keys="10",
        legs={
            id: Leg(id, "PJSIP/trunk-01", "13812345678", at, role="caller", ended=at + 82_000, cause=16, hung_up=at + 81_900),
            f"{id}.2": Leg(f"{id}.2", "PJSIP/1001-02", "1001", at + 15_000, role="agent", seat="1001", ended=at + 82_000, cause=16),
        },
        segments=(
            Segment(1, "ivr", id, at, ended=at + 8_000, reason="went_on"),
            Segment(2, "queue", id, at + 8_000, queue="orders", ended=at + 20_000, reason="answered"),
            Segment(3, "ring", f"{id}.1", at + 8_500, who="2003", queue="orders", ended=at + 14_500, reason="rang_out"),
            Segment(4, "ring", f"{id}.2", at + 15_000, who="2001", queue="orders", ended=at + 20_000, reason="answered"),
            Segment(5, "talk", f"{id}.2", at + 20_000, who="2001", queue="orders", ended=at + 50_000, reason="held"),
            Segment(6, "hold", f"{id}.2", at + 50_000, who="2001", queue="orders", ended=at + 60_000, reason="resumed"),
            Segment(7, "talk", f"{id}.2", at + 60_000, who="2001", queue="orders", ended=at + 82_000, reason="caller_hung_up"),
            Segment(8, "wrapup", f"{id}.2", at + 82_000, who="2001", ended=at + 105_000, reason="saved"),
        ),
        steps=(
            Step(1, "orders", "3", "hours", "hours", at, at + 50, "open"),
            Step(2, "orders", "3", "greeting", "say", at + 50, at + 4_000, "done"),
            Step(3, "orders", "3", "main", "menu", at + 4_000, at + 8_000, "1", tried=(Tried(at + 5_000, "7"), Tried(at + 6_000, "•••"))),
            Step(4, "orders", "3", "to_orders", "queue", at + 8_000, at + 82_000, "done"),
        ),
        recordings=(Recording(f"{id}.2", f"{id}.2", at + 20_000),),
    )
    return replace(call, **more)  # type: ignore[arg-type]


def moved(id: str, began: int, **more: object) -> Call:
    """Talks, is parked, is taken up at a seat where nobody sits, and is joined by a number outside; one recording of each state."""
    whole, at = answered(id, began), began
    segments = (
        *whole.segments[:4],
        Segment(5, "talk", f"{id}.2", at + 20_000, who="2001", queue="orders", ended=at + 30_000, reason="transferred"),
        Segment(6, "park", id, at + 30_000, ended=at + 45_000, reason="resumed"),
        Segment(7, "talk", f"{id}.3", at + 45_000, who="1009", ended=at + 60_000, reason="transferred"),
        Segment(8, "conference", f"{id}.4", at + 60_000, who="13900001111", ended=at + 82_000, reason="caller_hung_up"),
    )
    recordings = tuple(Recording(f"{id}.{leg}", f"{id}.{leg}", at + 1000 * after) for leg, after in ((2, 20), (3, 45), (4, 60)))
    return replace(whole, segments=segments, recordings=recordings, **more)  # type: ignore[arg-type]


def gave_up(id: str, began: int, **more: object) -> Call:
    """Anonymous, 5 s in the menu, gave up after 33 s in the queue."""
    at = began
    call = Call(
        id=id,
        direction="inbound",
        number="anonymous",
        to="8000000002",
        began=at,
        hotline="8000000002",
        ended=at + 38_000,
        exit="abandoned_queue",
        queue="complaints",
        segments=(
            Segment(1, "ivr", id, at, ended=at + 5_000, reason="went_on"),
            Segment(2, "queue", id, at + 5_000, queue="complaints", ended=at + 38_000, reason="abandoned"),
        ),
    )
    return replace(call, **more)  # type: ignore[arg-type]


def going_on(id: str, began: int) -> Call:
    """Talks with 2001 since the 20th second."""
    whole = answered(id, began)
    talk = replace(whole.segments[4], ended=None, reason=None)
    legs = {name: replace(leg, ended=None, cause=None, hung_up=None) for name, leg in whole.legs.items()}
    return replace(whole, ended=None, exit=None, legs=legs, segments=(*whole.segments[:4], talk))


async def keep(store: Store, *calls: Call) -> None:
    async with store.transaction() as session:
        for call in calls:
            await store_call(session, None, call)


def record(folder: Path, leg: str, seconds: float) -> None:
    """Two tones, an octave apart, as Asterisk writes them."""
    folder.mkdir(parents=True, exist_ok=True)
    at = np.arange(int(seconds * 8000)) / 8000
    for side, pitch in (("agent", 440), ("caller", 880)):
        with wave.open(str(folder / f"{leg}-{side}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes((np.sin(2 * np.pi * pitch * at) * 6000).astype("<i2").tobytes())
