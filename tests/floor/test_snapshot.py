"""After a gap the floor agrees with what Asterisk shows, and says what it did not see."""

from __future__ import annotations

import pytest

from callcenter.floor import events as ev
from callcenter.floor.floor import Floor, Rules, restore
from tests.floor import stories as tell
from tests.floor.stories import AGENT, CALLER, HOTLINE, OUT, T, folded, segments

SEATS = (("1001", "INUSE"), ("1002", "NOT_INUSE"))


def caller(*, bridge: str | None = None, app: str = "Queue", up: bool = True) -> ev.SeenLeg:
    return ev.SeenLeg(
        CALLER, "PJSIP/trunk-00000001", "13900000001", HOTLINE, "cc-queue", CALLER, HOTLINE, up, T, app, bridge, linked=CALLER
    )


def agent(*, bridge: str | None = "b1", up: bool = True, began: int = T + 2600) -> ev.SeenLeg:
    return ev.SeenLeg(AGENT, "PJSIP/1001-00000002", "1001", "", "cc-seat", CALLER, HOTLINE, up, began, "AppQueue", bridge, linked=CALLER)


def seen(at: int, *legs: ev.SeenLeg, waiting: tuple[ev.SeenWaiting, ...] = ()) -> ev.Snapshot:
    return ev.Snapshot(T + at, legs, waiting, (ev.SeenMember("orders", "1001", False, False),), SEATS)


TALKING = tell.PLAIN[:-6]
WAITING = [*tell.sits(), *tell.arrives(), *tell.queues(500)]


def test_what_agrees_stays() -> None:
    floor = folded(TALKING)
    assert folded([seen(6000, caller(bridge="b1"), agent())], floor).calls == floor.calls


def test_a_call_that_ended_unseen() -> None:
    floor = folded([*TALKING, seen(20_000)])
    call = floor.calls[CALLER]
    assert segments(call)[3:] == [("talk", "2001", 4002, 20_000, "lost_sight"), ("wrapup", "2001", 20_000, None, None)]
    assert (call.exit, call.ended) == ("answered", T + 20_000)
    assert all(leg.ended == T + 20_000 for leg in call.legs.values())


def test_a_call_that_was_over_long_before_the_picture_that_shows_it_was_read_stays_over() -> None:
    """Minutes pass between the picture and the end of the login when the database that Asterisk writes to is silent."""
    login = [ev.LinkChanged(T + 6000, "lost"), ev.LinkChanged(T + 8000, "snapshot")]
    before = folded([*TALKING, *login, *tell.caller_hangs_up(9000)], Floor(rules=Rules(wrapup_ms=0)))
    ticks = [ev.Tick(T + at) for at in range(10_000, 200_000, 1000)]
    after = folded([*ticks, seen(8500, caller(bridge="b1"), agent()), ev.LinkChanged(T + 200_000, "live")], before)
    assert after.calls == before.calls
    assert folded([ev.Tick(T + 201_000)], after).calls == {}


def test_a_wait_that_ended_unseen() -> None:
    floor = folded([*WAITING, seen(20_000)])
    assert segments(floor.calls[CALLER])[-1] == ("queue", None, 500, 20_000, "lost_sight")
    assert floor.calls[CALLER].exit == "lost_sight"
    assert floor.queues["orders"].waiting == ()


def test_a_wait_that_became_a_talk_unseen() -> None:
    floor = folded([*WAITING, seen(20_000, caller(bridge="b1"), agent())])
    assert segments(floor.calls[CALLER])[1:] == [
        ("queue", None, 500, 2600, "answered"),
        ("talk", "2001", 2600, None, None),
    ]
    assert floor.agents["2001"].state == "talking"
    assert floor.queues["orders"].waiting == ()


def test_who_was_answered_and_is_back_in_the_flow_when_the_link_comes_again_waited_until_then() -> None:
    """The link went between the answer and the bridge: what became of it is written down late."""
    answered = tell.answers(4000)
    before = folded([*WAITING, *tell.rings(2000), *answered[:3]])
    after = folded([seen(6000, caller(app="AGI"), agent(bridge=None)), *answered[3:]], before)
    told = segments(after.calls[CALLER])
    assert [(kind, reason) for kind, _, _, _, reason in told[1:4]] == [("queue", "answered"), ("ring", "answered"), ("ivr", "went_on")]
    assert told[1] == ("queue", None, 500, 4000, "answered")


@pytest.mark.parametrize("asks", [[], [ev.BridgeLeft(T + 5000, AGENT, "b1"), ev.BridgeEntered(T + 5000, AGENT, "aside")]])
def test_a_wait_that_a_picture_shows_and_that_was_heard_to_be_over_since_is_told_once(asks: list[ev.Event]) -> None:
    """Of a busy Asterisk the picture is taken long before it is believed: he talks by now, or is kept waiting."""
    floor = folded([*WAITING, *tell.rings(2000), *tell.answers(4000), *asks])
    shown = seen(3000, caller(), agent(bridge=None, up=False, began=T + 2000), waiting=(ev.SeenWaiting(CALLER, "orders", 1, T + 1000),))
    after = folded([shown], floor)
    assert segments(after.calls[CALLER]) == segments(floor.calls[CALLER])
    assert after.queues["orders"].waiting == ()


def test_a_talk_that_ended_unseen_while_the_caller_is_back_in_the_flow() -> None:
    floor = folded([*TALKING, seen(20_000, caller(app="AGI"))])
    assert segments(floor.calls[CALLER])[3:] == [
        ("talk", "2001", 4002, 20_000, "lost_sight"),
        ("wrapup", "2001", 20_000, None, None),
        ("ivr", None, 20_000, None, None),
    ]


def test_calls_that_began_unseen() -> None:
    floor = folded([*tell.sits(), seen(20_000, caller(bridge="b1"), agent())])
    call = floor.calls[CALLER]
    assert (call.direction, call.hotline, call.number, call.began) == ("inbound", HOTLINE, "13900000001", T)
    assert segments(call) == [("talk", "2001", 2600, None, None)]
    floor = folded([seen(20_000, caller(), waiting=(ev.SeenWaiting(CALLER, "orders", 1, T + 700),))])
    assert segments(floor.calls[CALLER]) == [("queue", None, 700, None, None)]
    assert [one.since - T for one in floor.queues["orders"].waiting] == [700]
    floor = folded([seen(20_000, caller(app="AGI"))])
    assert segments(floor.calls[CALLER]) == [("ivr", None, 0, None, None)]


def test_a_ring_that_began_unseen() -> None:
    floor = folded(
        [*WAITING, seen(20_000, caller(), agent(bridge=None, up=False), waiting=(ev.SeenWaiting(CALLER, "orders", 1, T + 500),))]
    )
    assert segments(floor.calls[CALLER])[-1] == ("ring", "2001", 2600, None, None)
    assert floor.calls[CALLER].segments[-1].queue == "orders"
    assert floor.agents["2001"].state == "ringing"


def test_what_is_newer_than_the_snapshot_stays() -> None:
    ended = folded(tell.PLAIN)
    assert folded([seen(8000, caller(bridge="b1"), agent())], ended).calls == ended.calls
    talking = folded(TALKING)
    assert folded([seen(3900, caller(), waiting=(ev.SeenWaiting(CALLER, "orders", 1, T + 2500),))], folded(WAITING)).calls[CALLER].open
    assert folded([seen(4000, caller(), agent(bridge=None))], talking).calls == talking.calls


def test_a_leg_that_went_between_the_question_and_the_answer_is_no_ghost() -> None:
    floor = folded(
        [ev.LinkChanged(T, "snapshot"), ev.LegGone(T + 6001, CALLER, 16), seen(6000, caller(app="AGI")), ev.LinkChanged(T, "live")]
    )
    assert (floor.calls, floor.loose) == ({}, {})


def test_a_call_that_appeared_after_the_snapshot_was_asked_for_stays() -> None:
    floor = folded([*tell.arrives(5000), seen(4000)])
    assert floor.calls[CALLER].ended is None


def test_a_placed_call_that_came_to_nothing_while_we_were_away() -> None:
    floor = folded([*tell.PLACED[: len(tell.sits()) + 1], seen(5000)])
    assert floor.calls[OUT].exit == "lost_sight"


def test_a_restart() -> None:
    """Calls come back from the store, agents sign in again, and what follows fits."""
    before = folded(TALKING)
    floor = restore(Floor(), before.calls.values())
    floor = folded([*tell.sits(), seen(6000, caller(bridge="b1"), agent())], floor)
    assert floor.agents["2001"].state == "talking"
    floor = folded(tell.caller_hangs_up(9000), floor)
    assert floor.calls == folded(tell.PLAIN).calls


def test_devices_and_members_are_replaced() -> None:
    floor = folded([*tell.sits(), ev.MemberChanged(T, "orders", "1009", True, True), seen(5000)])
    assert floor.queues["orders"].members == {"1001"}
    assert floor.devices == dict(SEATS)


ASKING, ASKED = "a1-1.4", "a1-1.3"


def asking(bridge: str = "b2") -> tuple[ev.SeenLeg, ev.SeenLeg]:
    """2001 asks 2002 on a second leg of his telephone; both legs carry the mark that the telephone's own call has."""
    seat = ev.SeenLeg(ASKING, "PJSIP/1001-00000004", "1001", "1002", "cc-seat", ASKING, None, True, T + 9000, "Dial", bridge, linked=ASKING)
    other = ev.SeenLeg(ASKED, "PJSIP/1002-00000003", "1002", "", "cc-seat", ASKING, None, True, T + 9001, "AppDial", bridge, linked=ASKING)
    return seat, other


def test_a_consultation_that_began_unseen_is_one_and_the_caller_waits() -> None:
    floor = folded([*tell.sits("2002", "1002"), *TALKING, seen(20_000, caller(bridge="b1"), agent(), *asking())])
    assert segments(floor.calls[CALLER])[3:] == [
        ("talk", "2001", 4002, 20_000, "held"),
        ("hold", "2001", 20_000, None, None),
        ("consult", "2001", 20_000, None, None),
        ("consult", "2002", 20_000, None, None),
    ]
    assert (list(floor.calls), floor.loose) == ([CALLER], {})


def test_a_consultation_of_a_call_that_began_unseen() -> None:
    floor = folded([*tell.sits(), *tell.sits("2002", "1002"), seen(20_000, caller(bridge="b1"), agent(), *asking())])
    kinds = {(one.kind, one.who) for one in floor.calls[CALLER].segments}
    assert (list(floor.calls), kinds) == ([CALLER], {("hold", "2001"), ("consult", "2001"), ("consult", "2002")})


def rung(*, up: bool) -> tuple[ev.LegAppeared, ev.SeenLeg]:
    """2002's telephone, rung for a question while nobody listens: at first its leg bears no mark."""
    came = ev.LegAppeared(T + 9123, "asked", "PJSIP/1002-00000004", "1002", "s", "cc-seat", linked="asked")
    return came, ev.SeenLeg("asked", "PJSIP/1002-00000004", "1002", "", "cc-seat", CALLER, None, up, T + 9500, "", None, linked="asked")


@pytest.mark.parametrize("up", [False, True])
def test_who_is_rung_for_a_question_rings_since_his_leg_began_and_for_no_queue(up: bool) -> None:
    came, rings = rung(up=up)
    floor = folded([*tell.sits("2002", "1002"), *TALKING, came, seen(10_000, caller(bridge="b1"), agent(), rings)])
    [ring] = [one for one in floor.calls[CALLER].segments if one.leg == "asked"]
    assert (ring.kind, ring.who, ring.queue, ring.began - T) == ("ring", "2002", None, 9123)


def test_who_was_rung_unheard_rang_since_his_leg_began_when_its_mark_is_heard_late() -> None:
    came, _ = rung(up=False)
    answers = [ev.LegMarked(T + 11_000, "asked", CALLER), ev.LegUp(T + 11_000, "asked")]
    floor = folded([*tell.sits("2002", "1002"), *TALKING, came, *answers])
    [ring] = [one for one in floor.calls[CALLER].segments if one.leg == "asked"]
    assert (ring.kind, ring.who, ring.queue, ring.began - T) == ("ring", "2002", None, 9123)


def test_who_left_his_customer_to_the_one_he_asked_has_handed_him_over() -> None:
    """He asked and went while nobody listened; the picture shows for whom his colleague is rung."""
    came, rings = rung(up=False)
    aside = [ev.BridgeLeft(T + 9100, AGENT, "b1"), ev.BridgeEntered(T + 9100, AGENT, "waits")]
    leaves = [ev.BridgeLeft(T + 9200, AGENT, "waits"), ev.LegGone(T + 9200, AGENT, 16)]
    away = [
        ev.LinkChanged(T + 9000, "lost"),
        *aside,
        came,
        *leaves,
        seen(11_000, caller(bridge="b1"), rings),
        ev.LinkChanged(T + 11_000, "live"),
    ]
    floor = folded([*tell.sits("2002", "1002"), *TALKING, *away, ev.Tick(T + 12_000)])
    assert segments(floor.calls[CALLER])[3] == ("talk", "2001", 4002, 9100, "transferred")


def test_a_conference_that_began_unseen() -> None:
    floor = folded([*tell.sits("2002", "1002"), *TALKING, seen(20_000, caller(bridge="b1"), agent(), asking("b1")[1])])
    assert segments(floor.calls[CALLER])[3:] == [
        ("talk", "2001", 4002, 20_000, "resumed"),
        ("conference", "2001", 20_000, None, None),
        ("conference", "2002", 20_000, None, None),
    ]


def test_a_park_that_ended_unseen() -> None:
    parked = tell.PARKED[: tell.PARKED.index(ev.LegGone(T + 6502, AGENT, 16)) + 1]
    stays = folded([*parked, seen(20_000, caller(bridge="park"))])
    assert segments(stays.calls[CALLER])[-1] == ("park", None, 6001, None, None)
    queued = seen(20_000, caller(), waiting=(ev.SeenWaiting(CALLER, "orders", 1, T + 15_000),))
    assert ("park", None, 6001, 20_000, "lost_sight") in segments(folded([*parked, queued]).calls[CALLER])


def test_a_call_between_seats_that_began_unseen() -> None:
    floor = folded([*tell.sits(), *tell.sits("2002", "1002"), seen(20_000, *asking())])
    call = floor.calls[ASKING]
    assert (call.direction, call.number, call.to) == ("internal", "1001", "1002")
    assert [one[:2] for one in segments(call)] == [("talk", "2002")]
