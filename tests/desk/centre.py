"""A small centre on a real store: keeper, ledger, hub, desk and floor screens, without Asterisk: events are put where its would come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from callcenter.audit.service import note
from callcenter.calls.ledger import Ledger
from callcenter.calls.service import Calls
from callcenter.crm.callbacks.service import Callbacks
from callcenter.crm.callers.service import Callers
from callcenter.crm.cases.service import Cases
from callcenter.crm.customers.recognise import Recogniser
from callcenter.crm.customers.service import Customers, NewCustomer, NewPhone
from callcenter.desk import callback_pages, move_pages
from callcenter.desk import pages as desk_pages
from callcenter.desk.desk import DESK, Desk, open_desk
from callcenter.desk.records import Records
from callcenter.desk.service import Notes
from callcenter.floor import events as ev
from callcenter.floor.floor import Floor
from callcenter.hotlines.service import Hotlines
from callcenter.hotlines.tables import HotlineRow, QueueRow
from callcenter.live import pages as live_pages
from callcenter.live.agents import Agents
from callcenter.live.bar import Bars
from callcenter.live.control import Control
from callcenter.live.health import Health, health
from callcenter.live.keeper import Keeper
from callcenter.live.keys import AGENTS, FLOOR, HEALTH, PHONE_SECRET, PHONES, SCREENS, WORDS
from callcenter.live.moves import Moves
from callcenter.live.outside import Outside
from callcenter.live.phones import Phones
from callcenter.live.screens import Screens
from callcenter.live.seating import seating
from callcenter.live.unanswered import Unanswered
from callcenter.live.words import read_words
from callcenter.people.passwords import Passwords
from callcenter.people.service import People
from callcenter.people.tables import DispositionRow, PauseReasonRow, SeatRow
from callcenter.routing.outbound import may_dial
from callcenter.settings import CHINA, Settings, read
from callcenter.store.clock import now_ms
from callcenter.store.engine import AWAY, Store
from callcenter.telephony.actions import Action
from callcenter.telephony.wire import Message
from callcenter.web.hub import Hub
from callcenter.web.routes import ANYONE, NavItem, Route
from callcenter.web.server import FRAME_ROUTES, build
from callcenter.web.user import User

AGENT = frozenset({"agent"})
CALLBACK_ROLES = frozenset({"agent", "supervisor", "admin"})
FLOOR_ROLES = frozenset({"supervisor", "qa", "admin"})

ROUTES = (
    *FRAME_ROUTES,
    Route("GET", "/healthz", live_pages.healthz, ANYONE),
    Route("GET", "/floor", live_pages.floor, FLOOR_ROLES),
    Route("GET", "/agent/phone", live_pages.phone, AGENT),
    Route("POST", "/agent/phone", live_pages.choose_phone, AGENT),
    Route("POST", "/agent/seat", live_pages.take_seat, AGENT),
    Route("POST", "/agent/leave", live_pages.leave_seat, AGENT),
    Route("POST", "/agent/state", live_pages.change_state, AGENT),
    Route("GET", "/desk", desk_pages.show, AGENT),
    Route("POST", "/desk/wrapup", desk_pages.wrap_up, AGENT),
    Route("POST", "/desk/caller", desk_pages.choose_caller, AGENT),
    Route("POST", "/desk/customers", desk_pages.new_customer, AGENT),
    Route("GET", "/desk/targets", move_pages.targets, AGENT),
    Route("POST", "/desk/move", move_pages.move, AGENT),
    Route("POST", "/desk/consult", move_pages.consult, AGENT),
    Route("POST", "/desk/drop", move_pages.drop, AGENT),
    Route("POST", "/desk/hold", move_pages.hold, AGENT),
    Route("POST", "/desk/park", move_pages.park, AGENT),
    Route("POST", "/desk/pick-up", move_pages.pick_up, AGENT),
    Route("GET", "/callbacks", callback_pages.listed, CALLBACK_ROLES),
    Route("POST", "/callbacks/{id}/dial", callback_pages.dial, AGENT),
    Route("POST", "/callbacks/{id}/close", callback_pages.close, CALLBACK_ROLES),
)
NAV = (
    NavItem("/desk", "My desk", "headset", AGENT),
    NavItem("/callbacks", "Callbacks", "phone-check", CALLBACK_ROLES),
    NavItem("/floor", "Floor", "layout-dashboard", FLOOR_ROLES),
)
PASSWORD = "a right password"
SHOP = "13800138001"
"""The number of one customer."""
SHARED = "13800138002"
"""A number that two customers have."""


STEPS = {("main", "1", "menu"): ("主菜单", "Main menu"), ("main", "1", "orders"): ("订货专席", "Order desk")}
"""Titles of two steps of the flow that callers walk here; `welcome` has none."""


@dataclass
class Centre:
    store: Store
    keeper: Keeper
    hub: Hub
    ledger: Ledger
    people: People
    records: Records
    settings: Settings
    desk: Desk
    screens: Screens
    bars: Bars
    outside: Outside
    server: TestServer
    sent: list[Action] = field(default_factory=list)
    registered: dict[str, str] = field(default_factory=dict)
    """Where telephones registered, by the variable that is asked for."""
    trouble: str | None = None

    @property
    def floor(self) -> Floor:
        return self.keeper.floor

    async def put(self, *events: ev.Event) -> None:
        """Put events where Asterisk's come, and wait until they are folded and what the screens do at once is done."""
        for event in events:
            self.keeper.put(event)
        await self.keeper.settled()
        await asyncio.sleep(0)
        assert self.keeper.counts["misfits"] == 0

    @asynccontextmanager
    async def browser(self, number: str) -> AsyncIterator[Browser]:
        """A signed-in user."""
        user = await self.people.check(number, PASSWORD, "127.0.0.1")
        token = await self.people.open(user, "127.0.0.1")
        found = await self.people.find(token)
        assert found is not None
        client = TestClient(self.server, cookies={"cc_session": token})
        try:
            yield Browser(client, found[0], token, found[1], f"http://{self.server.host}:{self.server.port}")
        finally:
            await client.session.close()


@dataclass
class Browser:
    client: TestClient[web.Request, web.Application]
    user: User
    token: str
    csrf: str
    origin: str

    async def get(self, path: str) -> str:
        async with self.client.get(path) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.text()

    async def post(self, path: str, **fields: str) -> ClientResponse:
        headers = {"Origin": self.origin, "X-CSRF-Token": self.csrf, "HX-Request": "true"}
        answer = await self.client.post(path, data=fields, headers=headers)
        await answer.read()
        return answer


@asynccontextmanager
async def opened(store: Store, folder: Path, port: int = 0) -> AsyncIterator[Centre]:
    """The centre, running, with three people and three customers."""
    settings = read({}, {"data_dir": folder, "language": "zh_CN"})
    cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    hub, people, sent = Hub(), People(store, idle_ms=3_600_000, passwords=cheap), []
    await furnish(store, people)
    keeper = Keeper(Floor())
    ledger = Ledger(store)
    words = await read_words(Hotlines(store), people, STEPS)

    registered: dict[str, str] = {}

    async def act(action: Action) -> list[Message]:
        sent.append(action)
        asked = dict(action.headers).get("Variable", "")
        return [Message({"value": registered.get(asked, "")}, {}, torn=False)] if action.name == "Getvar" else []

    agents = Agents(people, lambda: keeper.floor, keeper.put, now_ms)
    records = Records(
        customers=Customers(store),
        cases=Cases(store, settings.zone),
        callbacks=Callbacks(store, due_ms=86_400_000),
        calls=Calls(store, folder),
        people=people,
        notes=Notes(store),
        callers=Callers(store),
    )
    recogniser = Recogniser(records.customers, keeper.put, now_ms)
    control = Control(lambda: keeper.floor, keeper.put, act, now_ms, lambda number: may_dial(number, CHINA))
    outside = Outside(lambda: keeper.floor, lambda number: may_dial(number, CHINA), partial(note, store, now_ms), now_ms)
    moves = Moves(lambda: keeper.floor, act, now_ms, lambda number: may_dial(number, CHINA), outside.by_click)
    screens = Screens(lambda: keeper.floor, hub, settings, words)
    bars = Bars(lambda: keeper.floor, hub, settings, words)
    desk = await open_desk(
        floor=lambda: keeper.floor,
        put=keeper.put,
        hub=hub,
        settings=settings,
        words=words,
        records=records,
        agents=agents,
        control=control,
        moves=moves,
    )
    unanswered = Unanswered(lambda: keeper.floor, agents.pause, settings.unanswered_offers)
    for listener in (recogniser.listen, desk.listen, moves.listen, unanswered.listen, bars.listen, screens.listen, ledger.take):
        keeper.listen(listener)
    app = build(settings, ROUTES, people, hub, NAV, seated=seating(agents), phone_url=None, away=AWAY)
    server = TestServer(app, port=port)
    centre = Centre(store, keeper, hub, ledger, people, records, settings, desk, screens, bars, outside, server, sent, registered)

    async def healthy() -> Health:
        return health(keeper.floor, database=centre.trouble)

    async def secret(seat: str, _who: str) -> str:
        return f"secret of {seat}"

    app[DESK], app[AGENTS], app[SCREENS], app[WORDS] = desk, agents, screens, words
    app[PHONES] = Phones(people, agents, act, fixed=False)
    app[FLOOR], app[HEALTH], app[PHONE_SECRET] = lambda: keeper.floor, healthy, secret
    async with AsyncExitStack() as stack:
        for work in (keeper.run(), ledger.run()):
            stack.push_async_callback(stopped, asyncio.create_task(work))
        await server.start_server()
        stack.push_async_callback(server.close)
        stack.push_async_callback(desk.close)
        stack.push_async_callback(unanswered.close)
        stack.push_async_callback(recogniser.close)
        hub.link = "live"
        now = now_ms()
        await centre.put(ev.LinkChanged(now, "live"), *(ev.SeatChanged(now, seat, "NOT_INUSE") for seat in ("1001", "1002")))
        yield centre


async def stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def furnish(store: Store, people: People) -> None:
    """Queues, seats, words, people, customers."""
    async with store.transaction() as session:
        session.add_all(
            [
                QueueRow(name="orders", zh="咨询订货", en="Orders", strategy="rrmemory"),
                QueueRow(name="complaints", zh="投诉", en="Complaints", strategy="rrmemory"),
                QueueRow(name="english", zh="英语", en="English", strategy="rrmemory"),
                PauseReasonRow(code="lunch", zh="用餐", en="Lunch", place=1),
                PauseReasonRow(code="training", zh="培训", en="Training", place=2),
                DispositionRow(code="solved", zh="已解决", en="Solved", place=1),
                DispositionRow(code="follow", zh="需跟进", en="To be followed up", place=2),
                DispositionRow(code="nuisance", zh="骚扰电话", en="Nuisance call", place=3),
                *(SeatRow(name=seat, kind="browser") for seat in ("1001", "1002")),
            ]
        )
        await session.flush()
        session.add(HotlineRow(number="8000000001", zh="咨询热线", en="Enquiries", language="zh_CN", flow="main", queue="orders"))
    await people.add(number="2001", name="李秀英", password=PASSWORD, roles=["agent"], language="zh_CN", queues=["orders"])
    await people.add(number="2002", name="Ann Lee", password=PASSWORD, roles=["agent"], language="en", queues=["orders", "english"])
    await people.add(number="3001", name="王芳", password=PASSWORD, roles=["supervisor"], language="zh_CN")
    customers = Customers(store)
    shop = NewCustomer(
        name="福满楼烟酒店",
        licence_no="330106100231",
        tier="key",
        address="文三路 218 号",
        district="西湖区",
        account_manager="陈国栋",
        language="en",
        notes="送货请走后门。\n周三盘点，不要在上午打电话。",
        contacts=(("周福生", "店主"), ("周丽", "收银")),
        phones=(NewPhone(SHOP, "周福生"), NewPhone("0571-88001234")),
    )
    alike = [NewCustomer(name=name, address="东门街", phones=(NewPhone(SHARED),)) for name in ("东门便利店", "东门副食店")]
    await customers.add_all([shop, *alike])


def seat_agent(number: str = "2001", seat: str = "1001", user: int = 1, queues: tuple[str, ...] = ("orders",)) -> list[ev.Event]:
    now = now_ms()
    return [ev.AgentSignedIn(now, number, "李秀英", seat, queues, user), ev.AgentWants(now, number, ready=True)]


def arriving(call: str, number: str) -> list[ev.Event]:
    """A caller comes in and is in the menu."""
    now = now_ms()
    return [
        ev.LegAppeared(now, call, f"PJSIP/trunk-{call}", number, "8000000001", "cc-in", call=call),
        ev.LegMarked(now, call, call, "8000000001"),
        ev.LegUp(now, call),
        ev.FlowBegan(now, call),
        ev.StepEntered(now, call, "main", "1", "welcome", "say"),
        ev.StepLeft(now, call, "welcome", "done"),
        ev.StepEntered(now, call, "main", "1", "menu", "menu"),
    ]


def waiting(call: str, queue: str = "orders") -> list[ev.Event]:
    """He presses 1 and waits."""
    now = now_ms()
    return [
        ev.KeyPressed(now, call, "1"),
        ev.StepLeft(now, call, "menu", "1"),
        ev.StepEntered(now, call, "main", "1", "orders", "queue"),
        ev.QueueJoined(now, call, queue, 1),
    ]


def ringing(call: str, seat: str = "1001", queue: str = "orders") -> list[ev.Event]:
    now, leg = now_ms(), f"{call}-{seat}"
    return [
        ev.LegAppeared(now, leg, f"PJSIP/{seat}-0000002a", seat, "", "cc-agent", linked=call),
        ev.DialBegan(now, call, leg),
        ev.OfferBegan(now, call, queue, seat, leg),
    ]


def answered(call: str, seat: str = "1001", queue: str = "orders") -> list[ev.Event]:
    now, leg = now_ms(), f"{call}-{seat}"
    return [
        ev.LegUp(now, leg),
        ev.QueueLeft(now, call, queue),
        ev.BridgeEntered(now, leg, f"bridge-{call}"),
        ev.BridgeEntered(now, call, f"bridge-{call}"),
    ]


def hung_up(call: str, seat: str = "1001") -> list[ev.Event]:
    now, leg = now_ms(), f"{call}-{seat}"
    return [
        ev.LegHangingUp(now, call),
        ev.BridgeLeft(now, call, f"bridge-{call}"),
        ev.BridgeLeft(now, leg, f"bridge-{call}"),
        ev.LegGone(now, leg, 16),
        ev.LegGone(now, call, 16),
    ]
