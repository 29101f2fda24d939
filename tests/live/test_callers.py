"""Who calls and when, on the real Asterisk: callers turned away, emergencies, special days, keys that lock, limits, a queue's survey."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import pytest_asyncio
from sqlalchemy import select

from callcenter.calls.tables import StepRow, TryRow
from callcenter.crm.callbacks.service import Callbacks
from callcenter.crm.callers.service import Callers
from callcenter.crm.cases.service import Cases
from callcenter.crm.customers.service import Customers
from callcenter.crm.surveys.service import Surveys
from callcenter.hotlines.hours import Hours
from callcenter.hotlines.opening import SpecialDay
from callcenter.hotlines.public_days import public_days
from callcenter.people.service import People
from callcenter.settings import CHECKOUT
from callcenter.store.engine import Store
from tests.live.centre import Centre, until
from tests.live.people import desk, dial, recorded
from tests.live.person import signed_in
from tests.live.record import moment
from tests.live.sipp import Key, alaw, tone

pytestmark = [pytest.mark.live, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]

HOTLINE = "8000000001"
SHANGHAI = ZoneInfo("Asia/Shanghai")
FLOW = """
name: {name}
languages: [zh, en]
start: hours
person: person
steps:
  hours: {{do: hours, plan: hotline, open: menu, closed: closed, holiday: feast, emergency: crisis}}
  menu:
    do: menu
    prompt: {{zh: 一许可证，二留言，三客户，零人工, en: 1 licence 2 message 3 customer 0 person}}
    choices: {{1: licence, 2: message, 3: whose}}
    timeout_s: 2
    tries: 1
    otherwise: spoke
    silent: silence
  licence:
    do: ask
    prompt: {{zh: 许可证号, en: licence}}
    into: licence_no
    most: 12
    timeout_s: 3
    next: lookup
    otherwise: closed
  lookup: {{do: lookup, by: licence_no, known: known, unknown: licence, locked: locked}}
  whose: {{do: lookup, which: {{zh: 请选择, en: choose}}, known: known, unknown: closed, several: closed}}
  message: {{do: message, queue: orders, prompt: {{zh: 请留言, en: message}}, next: thanks, limited: limited}}
  person: {{do: queue, queue: orders, answered: survey, timeout: closed, nobody: closed}}
  survey: {{do: survey, by: queue, prompt: {{zh: 请评价, en: rate}}, timeout_s: 10, next: thanks}}
  known: {{do: end, outcome: self_served}}
  silence: {{do: end}}
  spoke: {{do: end}}
  locked: {{do: end}}
  limited: {{do: end}}
  thanks: {{do: end}}
  closed: {{do: end}}
  feast: {{do: end}}
  crisis: {{do: end}}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    flows = tmp_path_factory.mktemp("flows")
    for name in ("orders", "complaints", "english"):
        (flows / f"{name}.yaml").write_text(FLOW.format(name=name), encoding="utf-8")
    shutil.copy(CHECKOUT / "ivr_flows" / "prompts.yaml", flows)
    limits = {"key_in_tries": "2", "nuisance_calls": "2", "asks_a_day": "1"}
    one = Centre(tmp_path_factory.mktemp("centre"), flows_dir=str(flows), wrapup_s="5", **limits)
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def store(centre: Centre) -> AsyncIterator[Store]:
    one = Store(f"sqlite+aiosqlite:///{centre.folder / 'centre.sqlite'}")
    yield one
    await one.close()


async def steps(store: Store, call: Mapping[str, Any]) -> Sequence[StepRow]:
    async with store.transaction() as session:
        return (await session.scalars(select(StepRow).where(StepRow.call == call["call"]).order_by(StepRow.n))).all()


async def path(store: Store, call: Mapping[str, Any]) -> list[str]:
    return [step.step for step in await steps(store, call)]


async def test_a_barred_number_hears_a_sentence_and_is_let_go(centre: Centre, store: Store, tmp_path: Path) -> None:
    barred, other = "13911130001", "13911130002"
    async with signed_in(centre, "3001") as supervisor:
        assert await supervisor.post("/callers", number=barred, reason="辱骂坐席") == 303
        await asyncio.gather(dial(centre, HOTLINE, tmp_path, barred), dial(centre, HOTLINE, tmp_path, other, talk_s=2))
        calls = await recorded(centre, [barred, other])
        assert [calls[number]["exit"] for number in (barred, other)] == ["blacklisted", "abandoned_ivr"]
        assert await path(store, calls[barred]) == []
        assert moment(calls[barred]["ended"]) - moment(calls[barred]["started"]) > 1.5
        (entry,) = await Callers(store).barred()
        assert await supervisor.post(f"/callers/{entry.id}/lift") == 303
    assert await Callers(store).treatment(barred) == ""


async def test_who_calls_again_and_again_for_nothing_is_turned_away_and_let_in_again(centre: Centre, store: Store, tmp_path: Path) -> None:
    number = "13911130003"
    for _ in range(2):
        await dial(centre, HOTLINE, tmp_path, number)
    await until("two silent calls", lambda: exits(centre, number, ["silent", "silent"]), 30)
    await dial(centre, HOTLINE, tmp_path, number)
    await until("the third is turned away", lambda: exits(centre, number, ["silent", "silent", "nuisance"]), 30)
    async with signed_in(centre, "3001") as supervisor:
        assert await supervisor.post("/callers/pardon", number=number) == 303
    await dial(centre, HOTLINE, tmp_path, number, talk_s=2)
    await until("he is let in", lambda: exits(centre, number, ["silent", "silent", "nuisance", "abandoned_ivr"]), 30)


async def test_one_of_several_with_his_number_says_by_a_key_for_whom_he_calls(centre: Centre, store: Store, tmp_path: Path) -> None:
    sharing = (await Customers(store).recognise("02160019999")).several
    assert len(sharing) == 2
    await dial(centre, HOTLINE, tmp_path, "02160019999", keys=[Key(1.5, "3"), Key(3, "7"), Key(3, "2")])
    call = (await recorded(centre, ["02160019999"]))["02160019999"]
    assert await path(store, call) == ["hours", "menu", "whose", "known"]
    assert call["customer"] == {"id": sharing[1].id, "name": sharing[1].name}
    async with store.transaction() as session:
        tried = (await session.scalars(select(TryRow).where(TryRow.call == call["call"]))).all()
    assert [(one.step, one.keys) for one in tried] == [(3, "7")]


async def test_only_from_whom_no_sound_comes_either_is_silent(centre: Centre, store: Store, tmp_path: Path) -> None:
    mute, speaking = "13911130005", "13911130006"
    silence = tmp_path / "silence.alaw"
    silence.write_bytes(alaw(np.zeros(16_000, np.int16)))
    await asyncio.gather(
        dial(centre, HOTLINE, tmp_path, mute, sound=silence),
        dial(centre, HOTLINE, tmp_path, speaking, sound=tone(tmp_path / "voice.alaw", 200)),
    )
    calls = await recorded(centre, [mute, speaking])
    assert await path(store, calls[mute]) == ["hours", "menu", "silence"]
    assert await path(store, calls[speaking]) == ["hours", "menu", "spoke"]
    assert [calls[number]["exit"] for number in (mute, speaking)] == ["silent", "abandoned_ivr"]
    async with store.transaction() as session:
        tried = (await session.scalars(select(TryRow).where(TryRow.call == calls[mute]["call"]))).all()
    assert [(one.step, one.keys) for one in tried] == [(2, "")], "none in time, at his second step"


async def exits(centre: Centre, number: str, wanted: list[str]) -> bool:
    calls = sorted((call for call in await centre.calls() if call["from"] == number), key=lambda call: str(call["started"]))
    return [call["exit"] for call in calls] == wanted


async def test_an_emergency_holds_from_the_next_call_on_until_it_is_switched_off(centre: Centre, store: Store, tmp_path: Path) -> None:
    before, during, after = "13911130011", "13911130012", "13911130013"
    await dial(centre, HOTLINE, tmp_path, before, talk_s=2)
    async with signed_in(centre, "3001") as supervisor:
        assert await supervisor.post(f"/hours/{HOTLINE}/emergency", on="1", closed="1", zh="因市区停电，暂停受理。", en="") == 303
        await dial(centre, HOTLINE, tmp_path, during)
        assert await supervisor.post(f"/hours/{HOTLINE}/emergency/end") == 303
    await dial(centre, HOTLINE, tmp_path, after, talk_s=2)
    calls = await recorded(centre, [before, during, after])
    ways = [await path(store, calls[number]) for number in (before, during, after)]
    assert ways == [["hours", "menu"], ["hours", "crisis"], ["hours", "menu"]]
    first = (await steps(store, calls[during]))[0]
    assert first.began / 1000 - moment(calls[during]["started"]) > 1.5, "nothing was said before the flow"


async def test_a_special_day_closes_the_hotline_at_once(centre: Centre, store: Store, tmp_path: Path) -> None:
    hours = Hours(store, SHANGHAI, public_days("CN"))
    today: date = hours.today()
    id = await hours.add_special(SpecialDay(0, HOTLINE, today, today, "盘点"), by="3001")
    try:
        await dial(centre, HOTLINE, tmp_path, "13911130021")
    finally:
        await hours.remove_special(id, by="3001")
    calls = await recorded(centre, ["13911130021"])
    assert await path(store, calls["13911130021"]) == ["hours", "feast"]
    assert calls["13911130021"]["exit"] == "after_hours"


async def test_a_licence_number_is_keyed_in_with_so_many_tries(centre: Centre, store: Store, tmp_path: Path) -> None:
    customers = Customers(store)
    known = (await customers.examples(1))[0].customer
    knows, guesses = "13911130031", "13911130032"
    await asyncio.gather(
        dial(centre, HOTLINE, tmp_path, knows, keys=[Key(1.5, "1"), Key(2, f"{known.licence_no}#")]),
        dial(centre, HOTLINE, tmp_path, guesses, keys=[Key(1.5, "1"), Key(2, "99#"), Key(2, "98#"), Key(2, f"{known.licence_no}#")]),
    )
    calls = await recorded(centre, [knows, guesses])
    assert (await path(store, calls[knows]))[-2:] == ["lookup", "known"]
    assert (calls[knows]["exit"], calls[knows]["customer"]) == ("self_served", {"id": known.id, "name": known.name})
    assert (await path(store, calls[guesses]))[-1] == "locked"
    looked = [step.result for step in await steps(store, calls[guesses]) if step.step == "lookup"]
    assert looked == ["unknown", "unknown", "locked"]
    assert calls[guesses]["customer"] is None


async def test_a_number_leaves_so_many_messages_a_day(centre: Centre, store: Store, tmp_path: Path) -> None:
    number, sound = "13911130041", tone(tmp_path / "message.al", 500)
    await dial(centre, HOTLINE, tmp_path, number, keys=[Key(1.5, "2")], sound=sound, talk_s=12)
    await until("the message is owed an answer", lambda: Callbacks(store, due_ms=1).of_number(number), 20)
    await dial(centre, HOTLINE, tmp_path, number, keys=[Key(1.5, "2")])

    async def second() -> list[str] | None:
        calls = sorted((call for call in await centre.calls() if call["from"] == number), key=lambda call: str(call["started"]))
        return await path(store, calls[1]) if len(calls) == 2 and calls[1]["exit"] else None

    assert await until("the second call", second, 30) == ["hours", "menu", "message", "limited"]
    (owed,) = await Callbacks(store, due_ms=1).of_number(number)
    assert len(owed.asks) == 1


async def test_a_queue_asks_its_own_questions_and_an_unhappy_answer_becomes_a_case(centre: Centre, store: Store, tmp_path: Path) -> None:
    number = "13911130051"
    async with signed_in(centre, "3001") as supervisor:
        for place, name, keys, unhappy in (("1", "服务态度", "12345", "45"), ("2", "是否解决", "12", "2")):
            fields = {"queue": "orders", "place": place, "name": name, "zh": name, "en": "", "keys": keys, "unhappy": unhappy}
            assert await supervisor.post("/surveys/questions", **fields) == 303
    async with desk(centre, "2001", "1001", tmp_path, hang_up_after_s=2):
        await dial(centre, HOTLINE, tmp_path, number, keys=[Key(1.5, "0"), Key(6, "5"), Key(4, "1")])
        call = (await recorded(centre, [number], 40))[number]
        assert await path(store, call) == ["hours", "menu", "person", "survey", "thanks"]
        cases = await until("the case", lambda: Cases(store, SHANGHAI).of_call(call["call"]), 10)
    assert [(case.kind, case.owner) for case in cases] == [("request", await user(store, "2001"))]
    assert [(one.answer, one.unhappy) for one in await Surveys(store).of_call(call["call"])] == [("5", True), ("1", False)]


async def user(store: Store, number: str) -> int:
    return next(id for id, (known, _name) in (await People(store, idle_ms=1).names()).items() if known == number)
