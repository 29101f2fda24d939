"""Whether Asterisk's own record is still behind what its picture shows and what was heard."""

from __future__ import annotations

import pytest

from callcenter.floor import events as ev
from callcenter.floor.floor import Floor
from callcenter.telephony.unclear import lags
from tests.floor import stories as tell
from tests.floor.stories import CALLER, OUT, T, folded

LEG = ev.SeenLeg("a1-1.9", "PJSIP/1009-00000009", "1009", "s", "cc-seat", None, None, False, T + 8000, "", None, CALLER)
WAITS = ev.SeenWaiting(CALLER, "orders", 1, T + 2000)
IN_MENU = folded([*tell.sits(), *tell.arrives(), *tell.presses(2000)])
IN_QUEUE = folded([*tell.queues(2500)], IN_MENU)
PLACED = folded(tell.PLACED[: [type(event) for event in tell.PLACED].index(ev.CallPlaced) + 1])


def behind(
    floor: Floor, *held: ev.Event, legs: tuple[ev.SeenLeg, ...] = (), waiting: tuple[ev.SeenWaiting, ...] = (), since: int = T + 7000
) -> bool:
    there = (ev.SeenLeg(CALLER, "PJSIP/trunk-00000001", "", "", "cc-in", None, None, True, T, "AGI", None),)
    return lags(floor, [], [], held, ev.Snapshot(T + 9000, legs=(*there, *legs), waiting=waiting), since)


def test_a_record_that_tells_all_is_not_behind() -> None:
    assert not behind(IN_MENU)
    assert not behind(IN_QUEUE, waiting=(WAITS,))
    assert not behind(IN_MENU, ev.LegAppeared(T + 9001, LEG.leg, LEG.name, "1009", "s", "cc-seat", linked=CALLER), legs=(LEG,))


def test_a_leg_that_is_shown_and_that_nothing_tells_of_is_waited_for() -> None:
    assert behind(IN_MENU, legs=(LEG,))


def test_a_leg_that_was_there_before_anything_is_read_is_not_waited_for() -> None:
    assert not behind(IN_MENU, legs=(LEG,), since=T + 8001)


@pytest.mark.parametrize(
    "event", [ev.LegUp(T + 9001, LEG.leg), ev.LegGone(T + 9001, LEG.leg, 16), ev.DialBegan(T + 9001, CALLER, LEG.leg, "1")]
)
def test_a_leg_that_was_heard_of_and_that_nothing_tells_of_is_waited_for(event: ev.Event) -> None:
    assert behind(IN_MENU, event)


def test_the_promised_leg_of_a_placed_call_is_waited_for_too() -> None:
    leg = next(iter(PLACED.legs))
    assert behind(PLACED, legs=(ev.SeenLeg(leg, "PJSIP/1001-00000001", "1001", "s", "cc-seat", OUT, None, True, T + 8000, "", None),))


def test_a_wait_that_is_shown_and_that_nothing_tells_of_is_waited_for() -> None:
    assert behind(IN_MENU, waiting=(WAITS,))
    assert behind(IN_QUEUE, waiting=(ev.SeenWaiting(CALLER, "complaints", 1, T + 2000),))
