"""A call is cut into its segments and has its one exit, by what Asterisk and our own rooms told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callcenter.floor import events as ev
from callcenter.floor.call import Tried
from callcenter.floor.floor import Floor, Rules
from tests.floor import stories as tell
from tests.floor.stories import AGENT, CALLER, OUT, SECOND, T, folded, segments


def call_of(events: list[ev.Event], id: str = CALLER):  # type: ignore[no-untyped-def]
    return folded(events).calls[id]


def test_plain_call() -> None:
    call = call_of(tell.PLAIN)
    assert segments(call) == [
        ("ivr", None, 10, 2500, "went_on"),
        ("queue", None, 2500, 4002, "answered"),
        ("ring", "2001", 2600, 4002, "answered"),
        ("talk", "2001", 4002, 9000, "caller_hung_up"),
        ("wrapup", "2001", 9000, None, None),
    ]
    assert (call.direction, call.hotline, call.number, call.to, call.queue) == (
        "inbound",
        "8000000001",
        "13900000001",
        "8000000001",
        "orders",
    )
    assert (call.began, call.answered, call.ended, call.exit) == (T, T + 4002, T + 9003, "answered")
    assert (call.keys, call.agents) == ("1", ("2001",))
    assert [(r.leg, r.started) for r in call.recordings] == [(AGENT, T + 4002)]
    assert [(s.step, s.began - T, s.ended and s.ended - T, s.result) for s in call.steps] == [
        ("menu", 10, 2000, "1"),
        ("people", 2500, 9003, "hung_up"),
    ]


def test_the_agent_hangs_up_and_the_caller_answers_the_survey() -> None:
    call = call_of(tell.SURVEYED)
    assert segments(call)[3:] == [
        ("talk", "2001", 4002, 9001, "agent_hung_up"),
        ("wrapup", "2001", 9001, None, None),
        ("ivr", None, 9020, 12001, "ended"),
    ]
    assert (call.exit, call.keys) == ("answered", "15")


def test_an_offer_that_rings_out_and_another_that_is_answered() -> None:
    call = call_of(tell.TWO_OFFERS)
    assert [s for s in segments(call) if s[0] == "ring"] == [
        ("ring", "2001", 600, 6600, "rang_out"),
        ("ring", "2002", 7000, 8002, "answered"),
    ]
    assert call.agents == ("2002",)


@pytest.mark.parametrize(
    ("status", "cause", "reason"),
    [
        ("NOANSWER", 0, "rang_out"),
        ("NOANSWER", 17, "refused"),
        ("NOANSWER", 20, "unreachable"),
        ("BUSY", 17, "refused"),
        ("CONGESTION", 21, "refused"),
        ("CHANUNAVAIL", 20, "unreachable"),
    ],
)
def test_how_an_offer_fails(status: str, cause: int, reason: str) -> None:
    call = call_of([*tell.sits(), *tell.arrives(), *tell.queues(500), *tell.rings(600), *tell.rings_out(900, status=status, cause=cause)])
    assert segments(call)[-1] == ("ring", "2001", 600, 900, reason)


def test_ringing_all_the_others_end_elsewhere() -> None:
    events = [*tell.arrives(), *tell.queues(500), *tell.rings(600), *tell.rings(600, SECOND, "1002"), *tell.answers(2000)]
    events += [ev.DialEnded(T + 2003, CALLER, SECOND, "CANCEL"), ev.LegGone(T + 2004, SECOND, 26)]
    rings = [s for s in segments(call_of(events)) if s[0] == "ring"]
    assert rings == [("ring", "1001", 600, 2002, "answered"), ("ring", "1002", 600, 2002, "elsewhere")]


def test_a_number_told_with_the_wish_not_to_show_it_is_forgotten() -> None:
    appeared, up, *rest = tell.arrives()
    floor = folded([appeared, ev.CallerKnown(T, CALLER, 7, "张记烟酒店"), replace(up, withheld=True), *rest])
    call = floor.calls[CALLER]
    assert (call.number, call.legs[CALLER].number, call.customer, call.customer_name) == ("anonymous", "anonymous", None, "")


def test_giving_up_while_it_rings() -> None:
    call = call_of(tell.GAVE_UP)
    assert segments(call)[1:] == [("queue", None, 500, 4002, "abandoned"), ("ring", "2001", 600, 4001, "caller_gone")]
    assert (call.exit, call.answered) == ("abandoned_ring", None)


def test_giving_up_while_nobody_is_rung() -> None:
    events = [*tell.arrives(), *tell.queues(500), ev.LegHangingUp(T + 900, CALLER), ev.QueueAbandoned(T + 901, CALLER, "orders")]
    call = call_of([*events, ev.QueueLeft(T + 901, CALLER, "orders"), *tell.goes(902)])
    assert segments(call)[-1] == ("queue", None, 500, 901, "abandoned")
    assert call.exit == "abandoned_queue"


@pytest.mark.parametrize("in_flow", [True, False])
def test_who_is_gone_with_his_queue_has_given_up_though_nobody_heard_him_hang_up(in_flow: bool) -> None:
    """The link was down just then; Asterisk tells of a timeout and of an abandon in the same words."""
    events = [*tell.arrives(), *tell.queues(500), ev.QueueAbandoned(T + 900, CALLER, "orders"), ev.QueueLeft(T + 901, CALLER, "orders")]
    flow = [ev.FlowEnded(T + 902, CALLER)] if in_flow else []
    call = call_of([*events, *flow, ev.LegHangingUp(T + 903, CALLER, by_us=True), ev.LegGone(T + 904, CALLER, 0)])
    assert [one[4] for one in segments(call)] == ["went_on", "abandoned"]
    assert call.exit == "abandoned_queue"


def test_giving_up_in_the_menu() -> None:
    call = call_of([*tell.arrives(), *tell.goes(3000)])
    assert segments(call) == [("ivr", None, 10, 3001, "hung_up")]
    assert call.exit == "abandoned_ivr"


def test_what_led_on_to_nothing_is_kept_one_by_one_with_its_step() -> None:
    late = ev.StepTried(T + 8600, CALLER, "menu", "9")
    call = call_of([*tell.FUMBLED[:-3], late, *tell.FUMBLED[-3:]])
    menu, people = call.steps
    assert (menu.result, menu.misses, menu.tried) == ("1", 2, (Tried(T + 1000, "7"), Tried(T + 6000, "")))
    assert (people.misses, people.tried) == (0, ())


def test_a_timeout_is_no_abandon_although_asterisk_says_so() -> None:
    call = call_of(tell.TIMED_OUT)
    assert segments(call) == [
        ("ivr", None, 10, 500, "went_on"),
        ("queue", None, 500, 60_501, "timeout"),
        ("ivr", None, 60_511, 63_002, "ended"),
    ]
    assert call.exit == "queue_timeout"


def test_the_fallback_queue_tells_no_outcome() -> None:
    events = [e for e in tell.TIMED_OUT if not isinstance(e, (ev.QueueOutcome, ev.StepEntered, ev.StepLeft, ev.FlowDone, ev.FlowBegan))]
    call = call_of(events)
    assert segments(call) == [("queue", None, 500, 60_501, "timeout")]
    assert call.exit == "queue_timeout"


@pytest.mark.parametrize(("status", "reason", "exit"), [("FULL", "full", "queue_full"), ("JOINEMPTY", "no_agent", "no_agent")])
def test_a_queue_that_takes_nobody_in(status: str, reason: str, exit: str) -> None:
    events = [*tell.arrives(), ev.QueueOutcome(T + 500, CALLER, "orders", status)]
    events += [ev.StepEntered(T + 501, CALLER, "orders", "v1", "sorry", "say"), ev.FlowDone(T + 900, CALLER, "")]
    call = call_of([*events, *tell.goes(1000, hangs_up=False)])
    assert segments(call)[1] == ("queue", None, 500, 500, reason)
    assert call.exit == exit


def test_withdrawn_for_a_callback() -> None:
    events = [*tell.arrives(), *tell.queues(500), ev.QueueAbandoned(T + 900, CALLER, "orders"), ev.QueueLeft(T + 900, CALLER, "orders")]
    events += [
        ev.QueueOutcome(T + 910, CALLER, "orders", "WITHDRAW"),
        ev.StepEntered(T + 911, CALLER, "orders", "v1", "promise", "callback"),
    ]
    call = call_of([*events, ev.FlowDone(T + 3000, CALLER, "callback"), *tell.goes(3001)])
    assert segments(call)[1] == ("queue", None, 500, 900, "withdrawn")
    assert call.exit == "callback"


def test_what_the_flow_made_of_the_call_may_be_told_after_its_end() -> None:
    floor = folded([*tell.arrives(), *tell.goes(3000), ev.FlowDone(T + 3005, CALLER, "voicemail")])
    assert floor.calls[CALLER].exit == "voicemail"


def test_hold() -> None:
    call = call_of(tell.HELD)
    assert segments(call)[3:] == [
        ("talk", "2001", 4002, 5000, "held"),
        ("hold", "2001", 5000, 7000, "resumed"),
        ("talk", "2001", 7000, 9000, "caller_hung_up"),
        ("wrapup", "2001", 9000, None, None),
    ]
    assert len(call.recordings) == 1


def test_a_call_that_we_place_and_that_is_answered() -> None:
    call = call_of(tell.REACHED, OUT)
    assert segments(call) == [
        ("ring", "2001", 150, 2000, "answered"),
        ("ring", "13900000002", 2012, 6002, "answered"),
        ("talk", "2001", 6002, 9001, "caller_hung_up"),
        ("wrapup", "2001", 9001, None, None),
    ]
    assert (call.direction, call.number, call.to, call.exit, call.callback) == ("outbound", "1001", "13900000002", "answered", 7)
    assert [r.leg for r in call.recordings] == ["a1-9.2"]
    assert call.agents == ("2001",)


@pytest.mark.parametrize(
    ("status", "cause", "exit"),
    [
        ("BUSY", 17, "busy"),
        ("NOANSWER", 19, "no_answer"),
        ("CONGESTION", 21, "refused"),
        ("CHANUNAVAIL", 20, "unreachable"),
        ("CANCEL", 0, "cancelled"),
    ],
)
def test_a_call_that_we_place_and_that_is_not_answered(status: str, cause: int, exit: str) -> None:
    events = [*tell.PLACED, ev.DialEnded(T + 6000, "leg-1", "a1-9.2", status), ev.LegGone(T + 6001, "a1-9.2", cause)]
    call = call_of([*events, ev.LegGone(T + 6002, "leg-1", 16)], OUT)
    assert (call.exit, call.ended) == (exit, T + 6002)
    assert not call.open


@pytest.mark.parametrize(("hangs_up", "exit"), [(True, "cancelled"), (False, "unreachable")])
def test_a_call_that_we_place_and_that_is_not_dialled(hangs_up: bool, exit: str) -> None:
    placed = tell.PLACED[:-3]
    asked: list[ev.Event] = [ev.LegHangingUp(T + 2500, "leg-1")] if hangs_up else []
    assert call_of([*placed, *asked, ev.LegGone(T + 2501, "leg-1", 21)], OUT).exit == exit


def test_our_own_phone_is_not_picked_up() -> None:
    events = [*tell.PLACED[:-5], ev.DialEnded(T + 30_000, None, "leg-1", "NOANSWER"), ev.LegGone(T + 30_001, "leg-1", 0)]
    call = call_of(events, OUT)
    assert (segments(call), call.exit) == ([("ring", "2001", 150, 30_000, "rang_out")], "cancelled")


def test_a_call_that_we_place_and_that_comes_to_no_leg() -> None:
    placed = tell.PLACED[: len(tell.sits()) + 1]
    assert call_of([*placed, ev.CallFailed(T + 200, OUT)], OUT).exit == "unreachable"
    too_late = ev.Tick(T + 100 + Rules().placing_ms)
    assert folded([*placed, ev.LinkChanged(T + 200, "live"), too_late]).calls[OUT].exit == "unreachable"
    unheard = folded([*placed, ev.LinkChanged(T + 200, "lost"), too_late])
    assert unheard.calls[OUT].ended is None
    assert folded([ev.Snapshot(T + 20_000)], unheard).calls[OUT].exit == "lost_sight"


def test_a_far_leg_over_the_trunk_is_no_new_call() -> None:
    assert set(folded(tell.PLACED).calls) == {OUT}


def test_ignored_contexts_and_echo_tests_make_no_call() -> None:
    events: list[ev.Event] = [
        ev.LegAppeared(T, "x.1", "PJSIP/trunk-00000009", "1", "13900000002", "cc-demo-callee", linked="x.1"),
        ev.LegUp(T, "x.1"),
        ev.BridgeEntered(T, "x.1", "b"),
        ev.LegAppeared(T, "x.2", "PJSIP/1001-00000009", "1001", "*43", "cc-seat", linked="x.2"),
        ev.LegUp(T, "x.2"),
    ]
    floor = folded([*events, ev.LegGone(T + 9, "x.1", 16), ev.LegGone(T + 9, "x.2", 16)])
    assert (floor.calls, floor.loose) == ({}, {})


def test_a_phone_that_dials_another_makes_an_internal_call() -> None:
    events: list[ev.Event] = [
        ev.SeatChanged(T, "1002", "NOT_INUSE"),
        ev.LegAppeared(T, "x.1", "PJSIP/1001-00000009", "1001", "1002", "cc-seat", linked="x.1"),
        ev.LegAppeared(T + 5, "x.2", "PJSIP/1002-0000000a", "1002", "s", "cc-seat", linked="x.1"),
        ev.DialBegan(T + 5, "x.1", "x.2", "1002"),
        ev.BridgeEntered(T + 900, "x.2", "b"),
        ev.BridgeEntered(T + 901, "x.1", "b"),
        ev.LegGone(T + 2000, "x.2", 16),
        ev.LegGone(T + 2001, "x.1", 16),
    ]
    call = call_of(events, "x.1")
    assert (call.direction, call.number, call.to, call.exit) == ("internal", "1001", "1002", "answered")
    assert call.recordings == ()


def test_ended_calls_leave_when_nothing_more_is_expected() -> None:
    floor = folded(tell.PLAIN)
    floor = folded([ev.Tick(T + 20_000)], floor)
    assert CALLER in floor.calls, "the wrap-up goes on"
    floor = folded([ev.WrapUpSaved(T + 21_000, "2001", CALLER), ev.Tick(T + 21_001)], floor)
    assert (floor.calls, floor.legs) == ({}, {})


def test_waiting_is_in_the_order_of_arrival() -> None:
    other = "a1-5.1"
    floor = folded([*tell.arrives(), *tell.arrives(5, other), *tell.queues(600, other), *tell.queues(700)], Floor())
    assert [one.call for one in floor.queues["orders"].waiting] == [other, CALLER]
    floor = folded([ev.QueueLeft(T + 900, other, "orders")], floor)
    assert [one.call for one in floor.queues["orders"].waiting] == [CALLER]
