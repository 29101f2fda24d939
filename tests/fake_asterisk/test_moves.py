"""Customers moved by the server's own actions: what the exchange tells folds to what it did, and nothing is asked of it twice."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from callcenter.calls.told import told
from callcenter.floor.events import DialBegan, LinkChanged
from callcenter.floor.floor import Floor, advance_all
from callcenter.telephony import cel, history, queue_log
from callcenter.telephony.actions import blind_transfer
from callcenter.telephony.ami import Link
from callcenter.telephony.fate import ActionRefused, Deadline, LinkLost
from tests.fake_asterisk.actions import stand_behind
from tests.fake_asterisk.agenda import Agenda
from tests.fake_asterisk.clicking import OUTSIDE, WAYS, asks
from tests.fake_asterisk.exchange import Exchange, Site, at_work
from tests.fake_asterisk.inbound import Pace
from tests.fake_asterisk.linked import Inbox, linked
from tests.fake_asterisk.people import Mix
from tests.fake_asterisk.server import FakeAsterisk
from tests.fake_asterisk.talk import Talk
from tests.fake_asterisk.test_exchange import BEGAN, MINUTE, events_of, folded
from tests.fake_asterisk.written import Written
from tests.kills.compared import difference

SITE = Site({"8000000001": "orders"}, ("orders", "complaints"))
QUIET = Mix(("8000000001",), transfers=0, conferences=0, holds=0, refusals=0, unanswered=0, talk_s=(8.0, 20.0))
AGENTS = 40
TOGETHER = 6
"""Talks whose customers are on their way when the link is cut."""
ROUNDS = 12
REACH = 40_000
"""Bytes of Asterisk's within which the cut is made."""


def staffed(exchange: Exchange) -> Exchange:
    for n in range(AGENTS):
        exchange.seat(str(1001 + n))
        exchange.queues.add("orders" if n % 4 else "complaints", f"PJSIP/{1001 + n}", str(2001 + n), paused=False)
    return exchange


def talks(exchange: Exchange) -> list[Talk]:
    """Those whose customer could be moved now."""
    return [one for one in exchange.talks if one.free]


def picks_up(exchange: Exchange, n: int) -> None:
    """Who is free picks up who was parked first."""
    free = exchange.queues.somebody_free("orders")
    if exchange.clicks.parked and free is not None:
        slot = next(iter(exchange.clicks.parked))
        exchange.originate({"Context": "cc-pick-up", "Channel": free.interface, "ChannelId": f"picks-{n}", "Exten": slot})


def test_whom_a_click_sends_to_an_agent_a_queue_or_the_park_is_told_as_he_went() -> None:
    text: list[str] = []
    agenda = Agenda(BEGAN)
    exchange = staffed(Exchange(SITE, QUIET, 5, lambda kind, event: text.append(event), agenda=agenda, pace=Pace()))
    refused = Counter[str]()

    def clicks(n: int) -> None:
        for talk in talks(exchange)[-1:]:
            free = exchange.queues.somebody_free("orders")
            seat = free.interface.partition("/")[2] if free is not None else ""
            context, to = (("cc-to-queue", "complaints"), ("cc-transfer", seat), ("cc-transfer", "700"))[n % 3]
            refused[exchange.clicks.blind_transfer(talk.leg, context, to)] += 1

    exchange.keep_busy(12, 0.3)
    for n in range(30):
        agenda.after(10 + n, partial(clicks, n))
        if n < 20:
            agenda.after(10.5 + n, partial(picks_up, exchange, n))
    agenda.run_until(BEGAN + MINUTE)
    exchange.rush(2.0)
    agenda.run_until(BEGAN + 2 * MINUTE)
    calls, misfits = folded(events_of("".join(text).encode()), AGENTS)
    truth = exchange.truth.calls
    assert misfits == []
    assert refused == {"": 30}
    assert {id: why for id, call in truth.items() if (why := difference(call.told(), told(calls[id])))} == {}
    moved = [call for call in truth.values() if any(one.reason == "transferred" for one in call.stretches)]
    assert {len(call.agents) for call in moved} >= {2, 3}
    assert any([one.queue for one in call.stretches if one.kind == "queue"] == ["orders", "complaints"] for call in moved)
    assert {"resumed", "caller_hung_up"} <= {one.reason for call in moved for one in call.stretches if one.kind == "park"}


def clicks(exchange: Exchange, n: int, talk_s: float) -> None:
    """An agent asks who is free, or somebody outside; each way in its turn. Each stretch of it is `talk_s`."""
    talk, free, way = talks(exchange)[-1], exchange.queues.somebody_free("orders"), WAYS[n % len(WAYS)]
    assert free is not None
    asks(exchange, talk, way, OUTSIDE if way == "outside" else free.interface.partition("/")[2], f"cc-{n}", 1.5, talk_s)


@pytest.mark.parametrize("talk_s", [1.0, 0.6], ids=["at leisure", "in a hurry"])
def test_whom_an_agent_asks_by_a_click_and_who_gets_the_customer_is_told_as_it_went(talk_s: float) -> None:
    text: list[str] = []
    agenda = Agenda(BEGAN)
    exchange = staffed(Exchange(SITE, QUIET, 7, lambda kind, event: text.append(event), agenda=agenda, pace=Pace()))
    exchange.keep_busy(12, 0.3)
    rounds = 3
    for n in range(rounds * len(WAYS)):
        agenda.after(12 + 1.7 * n, partial(clicks, exchange, n, talk_s))
    agenda.run_until(BEGAN + MINUTE)
    exchange.rush(2.0)
    agenda.run_until(BEGAN + 2 * MINUTE)
    calls, misfits = folded(events_of("".join(text).encode()), AGENTS)
    truth = exchange.truth.calls
    assert misfits == []
    assert {id: why for id, call in truth.items() if (why := difference(call.told(), told(calls[id])))} == {}
    reasons = Counter((one.kind, one.reason) for call in truth.values() for one in call.stretches)
    wanted = {("hold", "transferred"): 4, ("hold", "resumed"): 5, ("consult", "held"): 2, ("consult", "transferred"): 3}
    wanted |= {("consult", "agent_hung_up"): 2, ("conference", "agent_hung_up"): 3, ("conference", "resumed"): 3}
    assert {key: reasons[key] for key in wanted} == {key: rounds * count for key, count in wanted.items()}
    assert sum(one.who == "13800138000" for call in truth.values() for one in call.stretches if one.kind == "talk") == rounds


def test_whom_an_agent_asks_by_a_click_is_told_from_asterisks_own_record_as_it_went(tmp_path: Path) -> None:
    """Nobody listens: of holds by a telephone CEL tells nothing, and here nobody makes any."""
    agenda, written = Agenda(BEGAN), Written(tmp_path)
    exchange = staffed(Exchange(SITE, QUIET, 7, lambda kind, event: None, agenda=agenda, pace=Pace(), written=written))
    exchange.keep_busy(12, 0.3)
    for n in range(len(WAYS)):
        agenda.after(12 + 1.7 * n, partial(clicks, exchange, n, 1.0))
    agenda.run_until(BEGAN + MINUTE)
    exchange.rush(2.0)
    agenda.run_until(BEGAN + 2 * MINUTE)
    written.close()
    lines = list(cel.read(written.cel_path.read_text().splitlines(keepends=True)))
    entries = list(queue_log.read(written.queue_log_path.read_text().splitlines(keepends=True)))
    events = history.told(lines, history.Heard(0, {}), history.NEVER, entries=entries)
    calls, misfits = folded(events, AGENTS)
    truth = exchange.truth.calls
    assert misfits == []
    assert history.calls_of(events, history.Heard(0, {}), Floor()) == truth.keys(), "music and who is asked are no calls of their own"
    assert {id: why for id, call in truth.items() if (why := difference(call.told(), told(calls[id])))} == {}


def test_who_is_asked_outside_is_known_while_he_rings() -> None:
    """His channel bears the call's mark only when he answers: until then the music's line alone tells what it is for.

    Also where his channel had been heard of when the link went, and nothing more.
    """
    text = (
        '"CHAN_START","1795000000.000000","","13900000001","","8000000001","cc-in","PJSIP/trunk-1","","","","a1-1.1","a1-1.1","","",""\n'
        '"ANSWER","1795000000.100000","","13900000001","","8000000001","cc-in","PJSIP/trunk-1","","","a1-1.1","a1-1.1","a1-1.1","","",""\n'
        '"CC_ASKED","1795000001.000000","","","","s","cc-music","Local/s@cc-music-0;2","","","a1-1.1","m-2","m","a1-1.1","",'
        '"{""extra"":""cc-1-asked=13800138000""}"\n'
        '"CHAN_START","1795000001.000100","","","","s","cc-in","PJSIP/trunk-2","","","","cc-1-asked","cc-1-asked","","",""\n'
    )
    lines = list(cel.read(text.splitlines(keepends=True)))
    floor, _ = advance_all(Floor(), history.told(lines, history.Heard(0, {}), history.NEVER))
    assert [(one.who, one.leg) for one in floor.calls["a1-1.1"].segments] == [("13800138000", "cc-1-asked")]
    appeared, _ = advance_all(
        Floor(), [one for one in history.told(lines, history.Heard(0, {}), history.NEVER) if not isinstance(one, DialBegan)]
    )
    assert "cc-1-asked" in appeared.legs
    floor, _ = advance_all(appeared, history.told(lines, history.heard(appeared, lines[-1].at), history.NEVER))
    assert [(one.who, one.leg) for one in floor.calls["a1-1.1"].segments] == [("13800138000", "cc-1-asked")]


async def fate_of(link: Link, leg: str) -> str:
    """What became of a request to send the customer of this leg to the other queue; TimeoutError when nothing did within 10 s."""
    async with asyncio.timeout(10):
        try:
            await link.act(blind_transfer(leg, "cc-to-queue", "complaints"), 2.0)
        except (ActionRefused, LinkLost, Deadline) as fate:
            return type(fate).__name__
    return "done"


@pytest.mark.timeout(120)
async def test_no_customer_is_moved_twice_wherever_the_link_is_cut() -> None:
    chance, inbox, fates = random.Random(20261122), Inbox(100_000), dict[str, str]()
    async with FakeAsterisk() as asterisk:
        exchange = staffed(Exchange(SITE, QUIET, 6, asterisk.tell, agenda=Agenda(), pace=Pace(answer=0.01, prompt=0.01, lease=0.1)))
        stand_behind(asterisk, exchange)
        exchange.keep_busy(3 * TOGETHER, 0.01)
        async with at_work(exchange), linked(asterisk, inbox) as link:
            for _ in range(ROUNDS):
                await inbox.until(lambda e: isinstance(e, LinkChanged) and e.state == "live")
                while len(talks(exchange)) < TOGETHER:
                    await inbox.queue.get()
                legs = [talk.leg.id for talk in talks(exchange)[:TOGETHER]]
                if chance.random() < 0.2:
                    asterisk.lost.append("BlindTransfer")
                asterisk.sessions[-1].cut_after(chance.randrange(REACH))
                fates |= dict(zip(legs, await asyncio.gather(*(fate_of(link, leg) for leg in legs)), strict=True))
                asterisk.cut()
        left = [one.leg for call in exchange.truth.calls.values() for one in call.stretches if one.reason == "transferred"]
    assert max(exchange.clicks.asked.values()) == 1
    assert len(left) == len(set(left)) == exchange.clicks.asked.total()
    assert {leg for leg, fate in fates.items() if fate == "done"} <= set(left)
    assert {"done", "LinkLost"} <= set(fates.values())
