"""Named actions on the real Asterisk: callers are told of their orders, and go on whatever a service or an action does."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from callcenter.calls.tables import StepRow
from callcenter.settings import CHECKOUT
from callcenter.store.engine import Store
from tests.ivr_actions.services import HUNDRED_MB, Far, far_service
from tests.live.centre import Centre, until
from tests.live.people import dial, recorded
from tests.live.sipp import Key, caller
from tests.live.test_audit import figures

HOTLINE = "8000000001"
pytestmark = [pytest.mark.live, pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="module")]

FLOW = """\
name: orders
languages: [zh]
start: menu
person: person
steps:
  menu:
    do: menu
    prompt: {zh: 请按键}
    choices: {1: order, 2: balance, 3: hangs, 4: long, 5: raises, 6: complain, 7: urge, 8: urge_again}
    otherwise: message
  order: {do: do, action: order_status, results: {found: told, none: none, failed: failed}}
  told: {do: say, prompt: {zh: "订单{order},金额{amount},{state}"}, next: bye}
  balance: {do: do, action: balance, with: {licence: "3101"}, results: {found: owes, failed: failed}}
  owes: {do: say, prompt: {zh: "{balance}"}, next: bye}
  hangs: {do: do, prompt: {zh: 请稍候}, action: hangs, results: {found: bye, failed: failed}}
  long: {do: do, action: long, results: {found: bye, failed: failed}}
  raises: {do: do, action: raises, results: {done: bye, failed: failed}}
  complain: {do: do, action: open_case, with: {kind: complaint, text: 语音投诉, owner: "2003"}, results: {opened: noted, failed: failed}}
  urge: {do: do, prompt: {zh: 请稍候}, action: urge, results: {urged: bye, failed: failed}}
  urge_again: {do: do, prompt: {zh: 请稍候}, action: urge_again, results: {urged: bye, failed: failed}}
  noted: {do: say, prompt: {zh: "{case}"}, next: bye}
  none: {do: say, prompt: {zh: 没有}, next: bye}
  failed: {do: say, prompt: {zh: 暂时无法查询}, next: bye}
  person: {do: queue, queue: orders, answered: bye, timeout: message, nobody: message}
  message: {do: message, prompt: {zh: 请留言}, queue: orders, next: bye}
  bye: {do: end, outcome: self_served}
"""
SERVICES = """\
balance:
  what: Tells what a customer owes.
  url: URL/good/{licence}
  inputs: {licence: digits}
  replies: [{status: 200, result: found, slots: {balance: {at: /balance/amount, kind: money}}}]
hangs:
  what: Never answers.
  url: URL/hangs
  limit_s: 1
  replies: [{status: 200, result: found}]
urge:
  what: Changes something, and does not say so in time.
  url: URL/hangs
  limit_s: 10
  effect: yes
  replies: [{status: 200, result: urged}]
urge_again:
  what: Changes something once however often it is asked with one key.
  url: URL/hangs
  limit_s: 10
  effect: yes
  same_again: yes
  replies: [{status: 200, result: urged}]
long:
  what: Answers 100 MB.
  url: URL/long
  replies: [{status: 200, where: {/state: ok}, result: found}]
"""
MODULE = """\
from callcenter.ivr.language.action import Action, Answer, Asked


async def raises(asked: Asked) -> Answer:
    raise RuntimeError("on purpose")


ACTIONS = [Action(name="raises", what="Raises.", results=("done",), run=raises)]
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def far() -> AsyncIterator[Far]:
    async with far_service() as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory, far: Far) -> AsyncIterator[Centre]:
    folder = tmp_path_factory.mktemp("centre")
    flows, ours = folder / "flows", folder / "ours"
    shutil.copytree(CHECKOUT / "ivr_flows", flows)
    (flows / "orders.walk.yaml").unlink()
    (flows / "orders.yaml").write_text(FLOW, encoding="utf-8")
    ours.mkdir()
    (ours / "site_actions.py").write_text(MODULE)
    (ours / "services.yaml").write_text(SERVICES.replace("URL", far.url))
    one = Centre(folder, flows_dir=str(flows), services_file=str(ours / "services.yaml"), actions_module="site_actions")
    one.environ["PYTHONPATH"] = str(ours)
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


async def steps(centre: Centre, call: str) -> list[tuple[str, str]]:
    store = Store(f"sqlite+aiosqlite:///{centre.folder / 'centre.sqlite'}")
    try:
        async with store.transaction() as session:
            rows = await session.scalars(select(StepRow).where(StepRow.call == call).order_by(StepRow.n))
            return [(row.step, row.result or "") for row in rows]
    finally:
        await store.close()


async def test_callers_are_told_and_go_on_whatever_happens(centre: Centre, far: Far, tmp_path: Path) -> None:
    shop = centre.about["callers"][0]["number"]
    callers = {shop: "1", "13900000002": "2", "13900000003": "3", "13900000004": "4", "13900000005": "5", "13900000006": "6"}
    callers["13900000007"] = "1"
    await asyncio.gather(*(dial(centre, HOTLINE, tmp_path, number, keys=[Key(1.0, key)]) for number, key in callers.items()))
    calls = await recorded(centre, callers)
    walked = {number: await steps(centre, call["call"]) for number, call in calls.items()}
    failed = [("failed", "done"), ("bye", "done")]
    assert walked[shop] == [("menu", "1"), ("order", "found"), ("told", "done"), ("bye", "done")]
    assert walked["13900000007"] == [("menu", "1"), ("order", "none"), ("none", "done"), ("bye", "done")]
    assert walked["13900000002"] == [("menu", "2"), ("balance", "found"), ("owes", "done"), ("bye", "done")]
    assert walked["13900000003"] == [("menu", "3"), ("hangs", "failed"), *failed]
    assert walked["13900000004"] == [("menu", "4"), ("long", "failed"), *failed]
    assert walked["13900000005"] == [("menu", "5"), ("raises", "failed"), *failed]
    assert walked["13900000006"] == [("menu", "6"), ("complain", "opened"), ("noted", "done"), ("bye", "done")]
    assert {call["exit"] for call in calls.values()} == {"self_served"}
    assert calls["13900000006"]["cases"]
    assert far.sent < HUNDRED_MB / 10
    said = centre.output()
    for told in ("action hangs failed", "no answer within 1 s", "answered more than 64 KiB", "RuntimeError: on purpose"):
        assert told in said
    text = await figures(centre)
    for done in ("order_status/found", "order_status/none", "hangs/failed", "long/failed", "raises/failed", "open_case/opened"):
        assert re.search(rf'^callcenter_actions_total{{done="{done}"}} 1\.0$', text, re.MULTILINE), done


async def test_what_was_under_way_when_the_server_died_is_not_done_twice(centre: Centre, far: Far, tmp_path: Path) -> None:
    """One service cannot tell a second asking from the first, and is not asked again; the other one can, and is."""
    once, again = "13900000011", "13900000012"
    async with (
        caller(centre.sip_port, HOTLINE, tmp_path, calling_from=once, keys=[Key(1.0, "7")]) as one,
        caller(centre.sip_port, HOTLINE, tmp_path, calling_from=again, keys=[Key(1.0, "8")]) as other,
    ):
        await until("both services to be asked", lambda: asked_with_keys(far, 2))
        await centre.kill()
        await centre.start()
        await until("one of them to be asked again", lambda: asked_with_keys(far, 3), 20)
        far.release.set()
        assert [await phone.done(30) for phone in (one, other)] == [0, 0]
    calls = await recorded(centre, (once, again))
    assert (await steps(centre, calls[once]["call"]))[-3:] == [("urge", "failed"), ("failed", "done"), ("bye", "done")]
    assert (await steps(centre, calls[again]["call"]))[-2:] == [("urge_again", "urged"), ("bye", "done")]
    first, second, third = keys(far)
    assert {first, second} == {f"{calls[once]['call']}/urge/2", f"{calls[again]['call']}/urge_again/2"}
    assert third == f"{calls[again]['call']}/urge_again/2"
    assert "nobody knows whether it was done" in centre.output()


def keys(far: Far) -> list[str]:
    return [headers["Idempotency-Key"] for _method, _path, headers, _sent in far.asked if "Idempotency-Key" in headers]


async def asked_with_keys(far: Far, times: int) -> bool:
    return len(keys(far)) >= times
