"""An agent who has two customers at his telephone connects them with each other and leaves: two calls, each told to its end."""

from __future__ import annotations

import pytest

from callcenter.calls.orphans import mutes_of
from callcenter.calls.words import hung_up_first
from callcenter.floor import events as ev
from callcenter.floor.call import Call
from tests.floor import stories as tell
from tests.floor.stories import AGENT, CALLER, T, folded, segments
from tests.floor.test_restarts import started_again

OTHER, OTHERS_AGENT = "a1-2.1", "a1-2.2"
TWO = [
    *tell.sits(),
    *tell.arrives(),
    *tell.queues(2500),
    *tell.rings(2600),
    *tell.answers(4000),
    ev.HoldBegan(T + 5000, AGENT),
    *tell.arrives(5100, OTHER, "13900000002"),
    *tell.queues(5200, OTHER),
    *tell.rings(5300, OTHERS_AGENT, leg=OTHER),
    *tell.answers(6000, OTHERS_AGENT, leg=OTHER, bridge="b2"),
]
"""One holds while the agent talks with the other."""

DONE = ev.HandedOver(T + 8000, (AGENT, OTHERS_AGENT), CALLER, OTHER)
MOVED = [
    ev.BridgeLeft(T + 8000, AGENT, "b1"),
    ev.BridgeLeft(T + 8001, OTHERS_AGENT, "b2"),
    ev.BridgeLeft(T + 8002, OTHER, "b2"),
    ev.BridgeEntered(T + 8002, OTHER, "b1"),
]
LEFT = [ev.LegGone(T + 8500, AGENT, 16), ev.LegGone(T + 8500, OTHERS_AGENT, 16)]
OVER = [
    ev.LegHangingUp(T + 12_000, CALLER),
    ev.BridgeLeft(T + 12_000, CALLER, "b1"),
    ev.LegGone(T + 12_001, CALLER, 16),
    ev.BridgeLeft(T + 12_001, OTHER, "b1"),
    ev.LegGone(T + 12_002, OTHER, 16),
]


def talks(call: Call) -> list[tuple[str, str | None, int, int | None, str | None]]:
    return [one for one in segments(call) if one[0] in ("talk", "hold")]


@pytest.mark.parametrize("moving", [[DONE, *MOVED], [*MOVED, DONE], [*MOVED[:2], DONE, *MOVED[2:]]])
def test_each_call_tells_with_whom_its_customer_talks_and_who_ended_it(moving: list[ev.Event]) -> None:
    floor = folded([*TWO, *moving, *LEFT, *OVER])
    one, other = floor.calls[CALLER], floor.calls[OTHER]
    [talk, hold, joined] = talks(one)
    assert (talk[:2], talk[4]) == (("talk", "2001"), "held")
    assert (hold[:2], hold[4]) == (("hold", "2001"), "transferred")
    assert joined[:2] == ("talk", "13900000002")
    assert joined[2] == pytest.approx(8001, abs=2)
    assert joined[3:] == (12_000, "caller_hung_up")
    [talk, joined] = talks(other)
    assert (talk[:2], talk[4]) == (("talk", "2001"), "transferred")
    assert joined[:2] == ("talk", "13900000001")
    assert joined[3:] == (12_000, "agent_hung_up")
    assert (one.joined, other.joined) == (OTHER, CALLER)
    assert (one.exit, other.exit) == ("answered", "answered")
    assert (one.agents, other.agents) == (("2001",), ("2001",))
    assert (hung_up_first(one), hung_up_first(other)) == ("caller", "other")
    assert [call.open for call in (one, other)] == [tuple(s for s in call.open if s.kind == "wrapup") for call in (one, other)]
    assert [mute.state for call in (one, other) for mute in mutes_of(call, {})] == []


def test_a_server_killed_meanwhile_tells_the_same() -> None:
    story = [*TWO, DONE, *MOVED, *LEFT]
    floor = folded(OVER, started_again(folded(story), T + 10_000))
    as_it_was = folded([*story, *OVER])
    for id in (CALLER, OTHER):
        assert talks(floor.calls[id]) == talks(as_it_was.calls[id])


def test_one_whose_end_nothing_tells_is_lost_from_sight_in_both() -> None:
    floor = folded([*TWO, DONE, *MOVED, *LEFT])
    floor = folded([ev.Snapshot(T + 20_000), ev.Tick(T + 22_000)], floor)
    assert [talks(floor.calls[id])[-1][4] for id in (CALLER, OTHER)] == ["lost_sight", "lost_sight"]


CALLED_BY_A_COLLEAGUE = [
    *tell.sits("2002", "1002"),
    *TWO[: TWO.index(ev.HoldBegan(T + 5000, AGENT)) + 1],
    ev.LegAppeared(T + 5100, "x.1", "PJSIP/1002-00000009", "1002", "1001", "cc-seat", linked="x.1"),
    ev.LegAppeared(T + 5105, "x.2", "PJSIP/1001-0000000a", "1001", "s", "cc-seat", linked="x.1"),
    ev.DialBegan(T + 5105, "x.1", "x.2", "1001"),
    ev.DialEnded(T + 6000, "x.1", "x.2", "ANSWER"),
    ev.BridgeEntered(T + 6000, "x.2", "b2"),
    ev.BridgeEntered(T + 6001, "x.1", "b2"),
]


@pytest.mark.parametrize(("sent", "to"), [(CALLER, "x.1"), ("x.1", CALLER)])
def test_a_colleague_who_called_the_agent_himself_comes_into_the_customers_call(sent: str, to: str) -> None:
    moved = [
        ev.HandedOver(T + 8000, (AGENT, "x.2"), sent, to),
        ev.BridgeLeft(T + 8000, AGENT, "b1"),
        ev.BridgeLeft(T + 8001, "x.2", "b2"),
        ev.BridgeLeft(T + 8002, "x.1", "b2"),
        ev.BridgeEntered(T + 8002, "x.1", "b1"),
        ev.LegGone(T + 8500, AGENT, 16),
        ev.LegGone(T + 8500, "x.2", 16),
    ]
    floor = folded([*CALLED_BY_A_COLLEAGUE, *moved, *tell.caller_hangs_up(12_000, "x.1")])
    call = floor.calls[CALLER]
    assert call.joined is None
    assert talks(call)[1:] == [
        ("hold", "2001", 5000, 8000, "transferred"),
        ("talk", "2002", 8002, 12_000, "caller_hung_up"),
    ]
    assert call.agents == ("2001", "2002")
    assert floor.calls["x.1"].ended is not None
