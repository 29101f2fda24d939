"""The demo: an invented centre, loaded into an empty store, and what a newcomer must know to use it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.crm.callbacks.service import Callbacks, NewAsk
from callcenter.crm.cases.rules import HOUR_MS
from callcenter.crm.cases.service import Cases
from callcenter.crm.customers.service import Customers
from callcenter.crm.customers.tables import CustomerRow
from callcenter.crm.orders.service import Orders
from callcenter.demo_orders import orders
from callcenter.demo_shops import shops
from callcenter.hotlines.calendar import ALWAYS
from callcenter.hotlines.service import Hotlines
from callcenter.hotlines.tables import HotlineRow, QueueRow
from callcenter.people.passwords import Passwords, invented
from callcenter.people.service import People
from callcenter.people.tables import DispositionRow, PauseReasonRow, SeatRow
from callcenter.settings import DEMO_PASSWORDS, Settings
from callcenter.store.base import Base
from callcenter.store.clock import Clock, now_ms
from callcenter.store.engine import Store
from callcenter.telephony.secrets import Secrets

SEED = 20261122
SHOPS = 300
SHOWN = 5
"""Customers whose numbers `about` tells, for a newcomer to call from; and one who speaks English."""
ENGLISH_SHOP = -5

# In turn, with memory: whoever does not answer is not rung again at once while a colleague is ready.
QUEUES = (
    ("orders", "订货咨询", "Orders", "rrmemory"),
    ("complaints", "投诉建议", "Complaints", "rrmemory"),
    ("english", "英语服务", "English", "rrmemory"),
)
HOTLINES = (
    ("8000000001", "订货咨询热线", "Orders and enquiries", "zh_CN", "orders", "orders"),
    ("8000000002", "投诉热线", "Complaints", "zh_CN", "complaints", "complaints"),
    ("8000000003", "英语热线", "English hotline", "en", "english", "english"),
)
SEATS = tuple((str(n), "desk" if n > 1010 else "browser") for n in range(1001, 1013))
PAUSES = (
    ("break", "小休", "Break"),
    ("meal", "用餐", "Meal"),
    ("training", "培训", "Training"),
    ("meeting", "会议", "Meeting"),
    ("paperwork", "处理工单", "Paperwork"),
)
DISPOSITIONS = (
    ("solved", "已解决", "Solved"),
    ("case", "已建工单", "Case opened"),
    ("callback", "约定回拨", "Callback promised"),
    ("passed_on", "已转接", "Passed on"),
    ("wrong_number", "打错电话", "Wrong number"),
    ("no_voice", "无声电话", "Silent call"),
    ("nuisance", "骚扰电话", "Nuisance call"),
    ("other", "其他", "Other"),
)


@dataclass(frozen=True)
class SignIn:
    """Somebody who may sign in; `password` is what he types, '' in the list of who is to be made."""

    number: str
    name: str
    roles: tuple[str, ...]
    queues: tuple[str, ...] = ()
    password: str = ""
    language: str = "zh_CN"


_BOTH = ("orders", "complaints")
_ALL = ("orders", "complaints", "english")
STAFF = (
    SignIn("2001", "王芳", ("agent",), _BOTH),
    SignIn("2002", "李静", ("agent",), _BOTH),
    SignIn("2003", "张伟", ("agent",), _BOTH),
    SignIn("2004", "刘洋", ("agent",), _BOTH),
    SignIn("2005", "陈丽娟", ("agent",), _BOTH),
    SignIn("2006", "杨晓燕", ("agent",), _BOTH),
    SignIn("2007", "黄志强", ("agent",), _BOTH),
    SignIn("2008", "周雨桐", ("agent",), _BOTH),
    SignIn("2009", "吴佳怡", ("agent",), _ALL),
    SignIn("2010", "徐文博", ("agent",), _ALL),
    SignIn("2011", "孙悦", ("agent",), _ALL),
    SignIn("2012", "郑凯文", ("agent",), _ALL),
    SignIn("3001", "赵敏", ("supervisor",)),
    SignIn("4001", "何秀兰", ("qa",)),
    SignIn("9001", "马建国", ("admin",)),
)

CASES = (
    ("complaint", "客户反映本周送货晚了两天，节前备货受影响。", "已与配送站确认，次日上午补送，客户接受。"),
    ("consultation", "询问许可证延续需要带哪些材料。", "已告知材料清单和办理地点。"),
    ("order", "临时加订两条，请与下一批一起送。", ""),
    ("complaint", "送货员态度不好，要求道歉。", ""),
    ("request", "店铺搬迁，申请变更送货地址。", ""),
    ("suggestion", "建议订货页面显示预计到货时间。", "已转产品部门，列入下季度计划。"),
    ("return", "一条外包装破损，申请调换。", ""),
    ("repair", "店里的扫码终端开不了机。", "已上门更换电源，恢复正常。"),
)
"""Kind, what the customer said, how it was settled ('' for one that is open)."""

CALLBACKS = (
    ("asked", "排队时要求回电，咨询下周供货。"),
    ("after_hours", "下班后来电，要求查询订单。"),
    ("promised", "答应今天下午告知补货时间。"),
)


PROMISED_BY = "2012"


@dataclass(frozen=True)
class Demo:
    """Who can sign in. `new`: passwords were made just now, and are to be shown once."""

    sign_ins: tuple[SignIn, ...]
    new: bool


async def load(settings: Settings, store: Store, *, seed: int = SEED, passwords: Passwords | None = None) -> Demo:
    """Put the demo into a migrated store. What is there already stays, so that it may be called at every start and after a kill."""
    async with store.transaction() as session:
        await _missing(session, [QueueRow(name=n, zh=zh, en=en, strategy=s) for n, zh, en, s in QUEUES])
        await _missing(session, [SeatRow(name=name, kind=kind) for name, kind in SEATS])
        await _missing(session, [PauseReasonRow(code=c, zh=zh, en=en, place=p) for p, (c, zh, en) in enumerate(PAUSES)])
        await _missing(session, [DispositionRow(code=c, zh=zh, en=en, place=p) for p, (c, zh, en) in enumerate(DISPOSITIONS)])
    await _hotlines(store)
    demo = await _staff(settings, People(store, idle_ms=settings.session_h * HOUR_MS, passwords=passwords))
    customers = Customers(store)
    if not await customers.count():
        await customers.add_all(shops(SHOPS, seed))
    await _orders(settings, store, seed)
    await _history(settings, store, customers, seed)
    return demo


async def about(settings: Settings, secrets: Secrets) -> dict[str, Any]:
    """What a newcomer must know: hotlines, seats with their SIP secrets, sign-ins, and some customers to call as."""
    store = Store(settings.database_url)
    try:
        hotlines, customers = Hotlines(store), Customers(store)
        invented_shops = shops(SHOPS, SEED)
        seats = await People(store, idle_ms=1).seats()
        known = [await customers.by_licence(one.licence_no or "") for one in (*invented_shops[:SHOWN], invented_shops[ENGLISH_SHOP])]
        cards = [card for one in known if one and (card := await customers.card(one.id))]
        return {
            "hotlines": [{"number": h.number, "zh": h.zh, "en": h.en, "language": h.language} for h in await hotlines.all()],
            "seats": [{"seat": name, "kind": kind, "secret": secrets.seats.get(name)} for name, kind in seats.items()],
            "sign_ins": [
                {"number": s.number, "name": s.name, "roles": list(s.roles), "queues": list(s.queues), "password": s.password}
                for s in _known(_kept(settings.data_dir))
            ],
            "callers": [{"number": card.phones[0].number, "customer": card.customer.name, "tier": card.customer.tier} for card in cards],
        }
    finally:
        await store.close()


def _passwords_file(data_dir: Path) -> Path:
    return data_dir / DEMO_PASSWORDS


def _kept(data_dir: Path) -> dict[str, str]:
    """Passwords by number; none when there is no file yet."""
    try:
        kept = json.loads(_passwords_file(data_dir).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {str(number): str(password) for number, password in kept.items()}


def _keep(data_dir: Path, passwords: Mapping[str, str]) -> None:
    data_dir.mkdir(parents=True, exist_ok=True)
    path = _passwords_file(data_dir)
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(passwords, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _known(passwords: Mapping[str, str]) -> tuple[SignIn, ...]:
    return tuple(SignIn(s.number, s.name, s.roles, s.queues, passwords[s.number], s.language) for s in STAFF if s.number in passwords)


async def _staff(settings: Settings, people: People) -> Demo:
    # The passwords are kept before any account has one: after a kill in between nobody is locked out.
    kept = _kept(settings.data_dir)
    made = {s.number: invented() for s in STAFF if s.number not in kept}
    if made:
        _keep(settings.data_dir, {**kept, **made})
    there = {number for number, _name in (await people.names()).values()}
    sign_ins = _known({**kept, **made})
    for s in sign_ins:
        if s.number not in there:
            await people.add(number=s.number, name=s.name, password=s.password, roles=s.roles, language=s.language, queues=s.queues)
        elif s.number in made:
            await people.set_password(s.number, s.password)
    return Demo(sign_ins, bool(made))


async def _hotlines(store: Store) -> None:
    hotlines = Hotlines(store)
    there = {h.number for h in await hotlines.all()}
    async with store.transaction() as session:
        rows = [HotlineRow(number=n, zh=zh, en=en, language=lang, flow=flow, queue=queue) for n, zh, en, lang, flow, queue in HOTLINES]
        await _missing(session, rows)
    for number in {row[0] for row in HOTLINES} - there:
        await hotlines.set_plan(number, ALWAYS)


async def _missing(session: AsyncSession, rows: Sequence[Base]) -> None:
    """Add the rows whose key is not there yet."""
    for row in rows:
        key = type(row).__mapper__.primary_key_from_instance(row)
        if await session.get(type(row), key[0]) is None:
            session.add(row)
    await session.flush()


async def _orders(settings: Settings, store: Store, seed: int) -> None:
    """What the shops ordered in the weeks before the demo was made."""
    kept = Orders(store)
    if await kept.count():
        return
    async with store.transaction() as session:
        there = (await session.scalars(select(CustomerRow.id).order_by(CustomerRow.id).limit(SHOPS))).all()
    await kept.add_all(orders(there, now_ms(), settings.zone, seed))


async def _history(settings: Settings, store: Store, customers: Customers, seed: int) -> None:
    """Some cases of the last days, and callbacks that are owed: each is known by its key and made once."""
    random, now = Random(seed), now_ms()
    people = {number: user for user, (number, _name) in (await People(store, idle_ms=1).names()).items()}
    with_history = [one.licence_no or "" for one in shops(SHOPS, seed)[10:]]
    shown = [one for licence_no in with_history[: len(CASES)] if (one := await customers.by_licence(licence_no))]
    for n, ((kind, text, result), customer) in enumerate(zip(CASES, shown, strict=False)):
        opened = now - random.randint(2, 40) * HOUR_MS
        agent = people[f"20{n % 12 + 1:02d}"]
        case = await Cases(store, settings.zone, clock=_at(opened)).open(
            kind=kind, text=text, by=agent, customer=customer.id, key=f"demo/case/{n}"
        )
        if result and case.state == "open":
            await Cases(store, settings.zone, clock=_at(case.opened + HOUR_MS)).close(case.number, result, by=agent)
    callbacks = Callbacks(store, due_ms=settings.callback_due_h * HOUR_MS)
    for n, ((kind, reason), customer) in enumerate(zip(CALLBACKS, shown, strict=False)):
        card = await customers.card(customer.id)
        if card is not None:
            number = card.phones[0].number
            await callbacks.promise(
                NewAsk(
                    number,
                    kind,
                    customer=customer.id,
                    hotline=HOTLINES[0][0],
                    queue="orders",
                    reason=reason,
                    by=people[PROMISED_BY] if kind == "promised" else None,
                    key=f"demo/callback/{n}",
                )
            )


def _at(moment: int) -> Clock:
    return lambda: moment
