"""What the exchange tells folds to what its people did: calls of every kind, thousands of events, by a virtual clock."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from callcenter.calls.told import told
from callcenter.floor import events as ev
from callcenter.floor.call import Call
from callcenter.floor.changes import Misfit
from callcenter.floor.floor import Floor, advance
from callcenter.telephony.translate import Marks, translate
from callcenter.telephony.wire import Splitter, parse
from tests.fake_asterisk.agenda import Agenda
from tests.fake_asterisk.exchange import Exchange, Site
from tests.fake_asterisk.inbound import Pace
from tests.fake_asterisk.people import Mix
from tests.kills.compared import difference

BEGAN = 1_795_000_000.0
MINUTE = 60.0


def day(seed: int, mix: Mix, *, agents: int = 40, calls: int = 20) -> tuple[Exchange, bytes]:
    """A busy minute, until the last has gone; nobody is at the server, so that all come by the fallback."""
    text: list[str] = []
    agenda = Agenda(BEGAN)
    site = Site({"8000000001": "orders"}, ("orders",))
    exchange = Exchange(site, mix, seed, lambda kind, event: text.append(event), agenda=agenda, pace=Pace())
    for n in range(agents):
        exchange.queues.add("orders", f"PJSIP/{1001 + n}", str(2001 + n), paused=False)
    exchange.keep_busy(calls, 0.3)
    agenda.run_until(BEGAN + MINUTE)
    exchange.rush(2.0)
    agenda.run_until(BEGAN + 2 * MINUTE)
    return exchange, "".join(text).encode()


def seated(agents: int) -> list[ev.Event]:
    numbers = [(str(2001 + n), str(1001 + n)) for n in range(agents)]
    sat = [
        ev.AgentSignedIn(0, agent=number, name=number, seat=seat, queues=("orders",), user=n) for n, (number, seat) in enumerate(numbers)
    ]
    return [*sat, *(ev.AgentWants(0, agent=number, ready=True) for number, _ in numbers)]


def events_of(stream: bytes) -> list[ev.Event]:
    """What the manager's stream tells."""
    marks = Marks()
    return [event for raw in Splitter().feed(stream) for event in translate(parse(raw), 0, marks)]


def folded(events: Sequence[ev.Event], agents: int) -> tuple[dict[str, Call], Sequence[Misfit]]:
    floor, found, misfits = Floor(), dict[str, Call](), list[Misfit]()
    for event in (*seated(agents), *events):
        floor, changes = advance(floor, event)
        misfits += [one for one in changes if isinstance(one, Misfit)]
        found |= floor.calls
    return found, misfits


@pytest.mark.parametrize(("agents", "patience_s"), [(40, (5.0, 60.0)), (8, (1.0, 8.0))])
def test_a_busy_minute_folds_to_what_was_done(agents: int, patience_s: tuple[float, float]) -> None:
    """30 % transfers and 10 % conferences, by phones and by clicks, holds, refusals, rings in vain; with few agents callers give up."""
    reasons = set()
    for seed in range(2):
        mix = Mix(("8000000001",), clicks=0.5, refusals=0.1, unanswered=0.15, patience_s=patience_s)
        exchange, stream = day(seed, mix, agents=agents)
        calls, misfits = folded(events_of(stream), agents)
        truth = exchange.truth.calls
        assert misfits == []
        assert not exchange.live
        assert {id: why for id, call in truth.items() if (why := difference(call.told(), told(calls[id])))} == {}
        reasons |= {(one.kind, one.reason) for call in truth.values() for one in call.stretches}
    assert {("ring", "refused"), ("ring", "rang_out"), ("hold", "resumed")} <= reasons
    few = {("queue", "abandoned"), ("ring", "caller_gone")}
    many = {("talk", "transferred"), ("hold", "transferred"), ("consult", "agent_hung_up"), ("conference", "resumed")}
    assert (few if agents < 10 else many) <= reasons


def test_the_same_seed_tells_the_same() -> None:
    assert day(7, Mix(("8000000001",)))[1] == day(7, Mix(("8000000001",)))[1]
