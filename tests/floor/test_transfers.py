"""Callers who are handed on, asked about, joined by a third, parked: whose segments these are and how they end."""

from __future__ import annotations

import pytest

from callcenter.floor import events as ev
from tests.floor import stories as tell
from tests.floor.stories import AGENT, CALLER, SECOND, T, folded, segments

BEFORE = [
    ("ivr", None, 10, 2500, "went_on"),
    ("queue", None, 2500, 4002, "answered"),
    ("ring", "2001", 2600, 4002, "answered"),
]


def after(story: list[ev.Event]) -> list[tuple[str, str | None, int, int | None, str | None]]:
    """What came after the first talk began, by the time it began."""
    told = segments(folded(story).calls[CALLER])
    assert told[:3] == BEFORE
    return sorted(told[3:], key=lambda one: one[2])


def test_an_attended_transfer() -> None:
    assert after(tell.ATTENDED) == [
        ("talk", "2001", 4002, 5000, "held"),
        ("hold", "2001", 5000, 8000, "transferred"),
        ("ring", "2002", 5300, 6002, "answered"),
        ("consult", "2001", 6002, 8000, "transferred"),
        ("consult", "2002", 6002, 8000, "resumed"),
        ("talk", "2002", 8000, 12_000, "caller_hung_up"),
        ("wrapup", "2001", 8000, None, None),
        ("wrapup", "2002", 12_000, None, None),
    ]
    call = folded(tell.ATTENDED).calls[CALLER]
    assert (call.agents, call.exit, [one.leg for one in call.recordings]) == (("2001", "2002"), "answered", [AGENT, SECOND])


def test_a_hand_over_of_which_half_is_told_only_seconds_later() -> None:
    """The link went between the customer's coming to the new bridge and his colleague's."""
    told = after(
        [
            *tell.sits("2002", "1002"),
            *tell.PLAIN[:-6],
            ev.BridgeLeft(T + 5000, AGENT, "b1"),
            ev.BridgeEntered(T + 5000, AGENT, "waits"),
            ev.LegAppeared(T + 5010, SECOND, "PJSIP/1002-00000002", "1002", "s", "cc-seat", call=CALLER, linked=SECOND),
            ev.DialBegan(T + 5011, None, SECOND, "1002"),
            ev.LegUp(T + 6000, SECOND),
            ev.BridgeLeft(T + 6001, AGENT, "waits"),
            ev.BridgeEntered(T + 6001, AGENT, "asking"),
            ev.BridgeEntered(T + 6001, SECOND, "asking"),
            ev.BridgeLeft(T + 8000, AGENT, "asking"),
            ev.BridgeLeft(T + 8000, SECOND, "asking"),
            ev.LegGone(T + 8000, AGENT, 16),
            ev.LinkChanged(T, "live"),
            ev.BridgeLeft(T + 8001, CALLER, "b1"),
            ev.BridgeEntered(T + 8001, CALLER, "b2"),
            ev.Tick(T + 11_000),
            ev.LinkChanged(T + 11_001, "lost"),
            ev.BridgeEntered(T + 8001, SECOND, "b2"),
        ]
    )
    assert [one for one in told if one[0] != "wrapup"] == [
        ("talk", "2001", 4002, 5000, "held"),
        ("hold", "2001", 5000, 8000, "transferred"),
        ("ring", "2002", 5011, 6001, "answered"),
        ("consult", "2001", 6001, 8000, "transferred"),
        ("consult", "2002", 6001, 8000, "resumed"),
        ("talk", "2002", 8001, None, None),
    ]


PARTED = [*tell.PLAIN[:-6], ev.LinkChanged(T, "live"), ev.BridgeLeft(T + 6000, CALLER, "b1"), ev.BridgeLeft(T + 6000, AGENT, "b1")]


@pytest.mark.parametrize(
    ("tick", "kind"),
    [
        (ev.Tick(T + 9000, heard=T + 6500), "talk"),
        (ev.Tick(T + 9000, heard=T + 8000), "hold"),
        (ev.Tick(T - 50_000, heard=T + 8000), "hold"),
        (ev.Tick(T + 99_000, heard=T - 3_600_000), "hold"),
    ],
    ids=["heard late", "heard", "Asterisk's clock is ahead", "its clock was set back"],
)
def test_the_time_decides_nothing_before_it_is_heard_what_happened_until_then(tick: ev.Tick, kind: str) -> None:
    """That he is parked may be on its way."""
    assert [one.kind for one in folded([*PARTED, tick]).calls[CALLER].open] == [kind]


def test_asked_and_taken_back() -> None:
    assert after(tell.TAKEN_BACK) == [
        ("talk", "2001", 4002, 5000, "held"),
        ("hold", "2001", 5000, 8500, "resumed"),
        ("ring", "2002", 5300, 6002, "answered"),
        ("consult", "2001", 6002, 8001, "agent_hung_up"),
        ("consult", "2002", 6002, 8001, "agent_hung_up"),
        ("talk", "2001", 8500, 12_000, "caller_hung_up"),
        ("wrapup", "2001", 12_000, None, None),
    ]
    assert folded(tell.TAKEN_BACK).calls[CALLER].agents == ("2001",)


def test_a_caller_who_hangs_up_while_he_is_asked_about() -> None:
    going_on = folded(tell.CALLER_LEAVES_THE_ASKING[:-5]).calls[CALLER]
    assert (going_on.exit, {one.kind for one in going_on.open}) == ("answered", {"consult", "wrapup"})
    assert after(tell.CALLER_LEAVES_THE_ASKING)[1:] == [
        ("hold", "2001", 5000, 8000, "caller_hung_up"),
        ("ring", "2002", 5300, 6002, "answered"),
        ("consult", "2001", 6002, 9001, "agent_hung_up"),
        ("consult", "2002", 6002, 9001, "agent_hung_up"),
        ("wrapup", "2001", 8000, None, None),
    ]


def test_three_in_one_talk_and_one_leaves_it() -> None:
    assert after(tell.THREE) == [
        ("talk", "2001", 4002, 5000, "held"),
        ("hold", "2001", 5000, 7999, "resumed"),
        ("ring", "2002", 5300, 6002, "answered"),
        ("consult", "2001", 6002, 8001, "resumed"),
        ("consult", "2002", 6002, 8001, "resumed"),
        ("conference", "2001", 7999, 9501, "agent_hung_up"),
        ("conference", "2002", 8001, 9501, "resumed"),
        ("wrapup", "2001", 9501, None, None),
        ("talk", "2002", 9501, 12_000, "caller_hung_up"),
        ("wrapup", "2002", 12_000, None, None),
    ]


def test_who_brings_the_one_he_asked_has_his_customer_back_though_nobody_heard_him_take_him() -> None:
    """While nobody listens a phone's own hold is not told, a conference is."""
    unheard = [event for event in tell.THREE[:-9] if not isinstance(event, ev.HoldEnded)]
    leaves = [ev.LegHangingUp(T + 9500, SECOND), ev.BridgeLeft(T + 9501, SECOND, "b1"), ev.LegGone(T + 9502, SECOND, 16)]
    told = [one[:3] for one in after([*unheard, *leaves]) if one[1] == "2001"]
    assert told[-2:] == [("conference", "2001", 8001), ("talk", "2001", 9501)]


def test_a_blind_transfer() -> None:
    assert after(tell.BLIND) == [
        ("talk", "2001", 4002, 6000, "transferred"),
        ("wrapup", "2001", 6000, None, None),
        ("ring", "2002", 6010, 7002, "answered"),
        ("talk", "2002", 7002, 9001, "agent_hung_up"),
        ("wrapup", "2002", 9001, None, None),
    ]


def test_parked_and_taken_up() -> None:
    assert after(tell.PARKED) == [
        ("talk", "2001", 4002, 6000, "transferred"),
        ("wrapup", "2001", 6000, None, None),
        ("park", None, 6001, 8011, "resumed"),
        ("talk", "2002", 8011, 12_000, "caller_hung_up"),
        ("wrapup", "2002", 12_000, None, None),
    ]


def test_parked_and_gone() -> None:
    waiting = tell.PARKED[: tell.PARKED.index(ev.Parked(T + 6001, CALLER)) + 5]
    call = folded(
        [*waiting, ev.LegHangingUp(T + 9000, CALLER), ev.Unparked(T + 9001, CALLER, reason="caller_hung_up"), *tell.goes(9002)]
    ).calls[CALLER]
    assert segments(call)[-1] == ("park", None, 6001, 9001, "caller_hung_up")
    assert (call.exit, call.ended) == ("answered", T + 9003)


def test_a_channel_within_asterisk_keeps_the_place_until_the_caller_comes_to_it() -> None:
    """He is sent to the park with a question first: one stretch in the park for each, one after the other, never two."""
    at = tell.PARKED.index(ev.Parked(T + 6001, CALLER))
    half = "a1-1.6"
    kept = [
        ev.LegAppeared(T + 5998, half, "Local/700@cc-transfer-00000001;2", "", "700", "cc-transfer", call=CALLER),
        ev.Parked(T + 5999, half),
    ]
    call = folded([*tell.PARKED[:at], *kept, *tell.PARKED[at : at + 1]]).calls[CALLER]
    assert [(one.leg, one.reason) for one in call.segments if one.kind == "park"] == [(half, "transferred"), (CALLER, None)]


PICKER = "a1-1.5"


def test_who_picks_up_a_colleagues_ringing_call_talks_and_the_ringing_ends_elsewhere() -> None:
    waiting = [*tell.sits(), *tell.sits("2002", "1002"), *tell.arrives(), *tell.queues(500), *tell.rings(600)]
    picked = [
        ev.LegAppeared(T + 2000, PICKER, "PJSIP/1002-00000005", "1002", "*8", "cc-seat", linked=PICKER),
        ev.LegUp(T + 2001, PICKER),
        ev.PickedUp(T + 2002, AGENT, PICKER),
        ev.LegGone(T + 2003, AGENT, 16),
    ]
    floor = folded([*waiting, *picked, *tell.answers(2004, PICKER, "1002"), *tell.caller_hangs_up(5000, PICKER)])
    assert segments(floor.calls[CALLER])[2:] == [
        ("ring", "2001", 600, 2002, "elsewhere"),
        ("talk", "2002", 2006, 5000, "caller_hung_up"),
        ("wrapup", "2002", 5000, None, None),
    ]
    assert (floor.calls[CALLER].agents, floor.agents["2001"].state) == (("2002",), "ready")


def internal(ended_by: str = "x.2") -> list[ev.Event]:
    return [
        *tell.sits(),
        *tell.sits("2002", "1002"),
        ev.LegAppeared(T, "x.1", "PJSIP/1001-00000009", "1001", "1002", "cc-seat", linked="x.1"),
        ev.LegAppeared(T + 5, "x.2", "PJSIP/1002-0000000a", "1002", "s", "cc-seat", linked="x.1"),
        ev.DialBegan(T + 5, "x.1", "x.2", "1002"),
        ev.DialEnded(T + 900, "x.1", "x.2", "ANSWER"),
        ev.BridgeEntered(T + 900, "x.2", "b"),
        ev.BridgeEntered(T + 901, "x.1", "b"),
        ev.LegHangingUp(T + 2000, ended_by),
        ev.BridgeLeft(T + 2001, "x.2", "b"),
        ev.BridgeLeft(T + 2001, "x.1", "b"),
        ev.LegGone(T + 2002, "x.2", 16),
        ev.LegGone(T + 2003, "x.1", 16),
    ]


@pytest.mark.parametrize(("ended_by", "reason"), [("x.2", "agent_hung_up"), ("x.1", "caller_hung_up")])
def test_a_call_between_two_agents_is_the_talk_of_who_was_called_and_nobody_wraps_up(ended_by: str, reason: str) -> None:
    call = folded(internal(ended_by)).calls["x.1"]
    assert segments(call) == [("ring", "2002", 5, 901, "answered"), ("talk", "2002", 901, 2001, reason)]
    assert (call.direction, call.number, call.to, call.exit, call.agents) == ("internal", "1001", "1002", "answered", ("2002",))


def test_both_agents_of_a_call_between_seats_talk() -> None:
    agents = folded(internal()[:-5]).agents
    assert [(one.state, one.call) for one in agents.values()] == [("talking", "x.1"), ("talking", "x.1")]
    agents = folded(internal()).agents
    assert [(one.state, one.call) for one in agents.values()] == [("ready", None), ("ready", None)]


def test_a_colleague_who_is_not_there_is_no_talk() -> None:
    events = [
        *internal()[:9],
        ev.DialEnded(T + 900, "x.1", "x.2", "NOANSWER"),
        ev.LegGone(T + 900, "x.2", 19),
        ev.LegGone(T + 901, "x.1", 16),
    ]
    call = folded(events).calls["x.1"]
    assert (segments(call), call.exit) == ([("ring", "2002", 5, 900, "rang_out")], "no_answer")


def test_a_seat_that_dials_outside_by_itself_makes_an_outbound_call() -> None:
    events: list[ev.Event] = [
        *tell.sits(),
        ev.LegAppeared(T, "x.1", "PJSIP/1001-00000009", "1001", "13900000002", "cc-seat", linked="x.1"),
        ev.LegAppeared(T + 5, "x.2", "PJSIP/trunk-0000000a", "13900000002", "s", "cc-in", linked="x.1"),
        ev.DialBegan(T + 5, "x.1", "x.2", "13900000002@trunk"),
        ev.BridgeEntered(T + 900, "x.2", "b"),
        ev.BridgeEntered(T + 901, "x.1", "b"),
        ev.LegHangingUp(T + 2000, "x.1"),
        ev.BridgeLeft(T + 2001, "x.1", "b"),
        ev.BridgeLeft(T + 2001, "x.2", "b"),
    ]
    call = folded([*events, ev.LegGone(T + 2002, "x.1", 16), ev.LegGone(T + 2003, "x.2", 16)]).calls["x.1"]
    assert (call.direction, call.number, call.to, call.exit) == ("outbound", "1001", "13900000002", "answered")
    assert segments(call)[1:] == [("talk", "2001", 901, 2001, "agent_hung_up"), ("wrapup", "2001", 2001, None, None)]


def test_a_consultation_that_is_not_answered_ends_as_its_ringing() -> None:
    events = [*tell.ASKED[:-5], ev.DialEnded(T + 6000, "a1-1.4", SECOND, "NOANSWER"), ev.LegGone(T + 6000, SECOND, 19)]
    events += [ev.LegGone(T + 6001, "a1-1.4", 16), ev.HoldEnded(T + 6500, AGENT), *tell.caller_hangs_up(12_000)]
    assert after(events) == [
        ("talk", "2001", 4002, 5000, "held"),
        ("hold", "2001", 5000, 6500, "resumed"),
        ("ring", "2002", 5300, 6000, "rang_out"),
        ("talk", "2001", 6500, 12_000, "caller_hung_up"),
        ("wrapup", "2001", 12_000, None, None),
    ]


def test_a_hold_by_both_is_one_and_a_hold_by_the_customer_is_none() -> None:
    both = [ev.HoldBegan(T + 5000, AGENT), ev.HoldBegan(T + 5100, CALLER), ev.HoldEnded(T + 6000, AGENT), ev.HoldEnded(T + 6100, CALLER)]
    assert [one[0] for one in after([*tell.PLAIN[:-6], *both, *tell.caller_hangs_up(9000)])] == ["talk", "hold", "talk", "wrapup"]
    his = [ev.HoldBegan(T + 5000, CALLER), ev.HoldEnded(T + 6000, CALLER)]
    assert [one[0] for one in after([*tell.PLAIN[:-6], *his, *tell.caller_hangs_up(9000)])] == ["talk", "wrapup"]


def test_an_outside_number_has_its_own_talk() -> None:
    """Blind to a number outside: whoever serves the customer there ends the talk as an agent does."""
    sent = [
        *tell.BLIND[: tell.BLIND.index(ev.LegGone(T + 6001, AGENT, 16)) + 1],
        ev.LegAppeared(T + 6100, SECOND, "PJSIP/trunk-00000003", "13900000009", "s", "cc-in", linked=CALLER),
        ev.DialBegan(T + 6100, CALLER, SECOND, "13900000009@trunk"),
        ev.BridgeEntered(T + 7001, SECOND, "b3"),
        ev.BridgeEntered(T + 7002, CALLER, "b3"),
        *tell.agent_hangs_up(9000, SECOND, bridge="b3"),
        *tell.goes(9100),
    ]
    floor = folded(sent)
    assert segments(floor.calls[CALLER])[-2:] == [
        ("ring", "13900000009", 6100, 7002, "answered"),
        ("talk", "13900000009", 7002, 9001, "agent_hung_up"),
    ]
    assert (floor.calls[CALLER].agents, floor.calls[CALLER].exit) == (("2001",), "answered")


def by_flow(*, hangs_up: list[ev.Event]) -> list[ev.Event]:
    """The flow sends its caller to a number outside, who talks with him."""
    return [
        *tell.arrives(),
        ev.StepEntered(T + 2000, CALLER, "orders", "v1", "ring", "transfer"),
        ev.LegAppeared(T + 2100, SECOND, "PJSIP/trunk-00000003", "13900000009", "s", "cc-in", linked=CALLER),
        ev.DialBegan(T + 2100, CALLER, SECOND, "13900000009@trunk"),
        ev.BridgeEntered(T + 4001, SECOND, "b3"),
        ev.BridgeEntered(T + 4002, CALLER, "b3"),
        *hangs_up,
    ]


def test_a_caller_whom_the_flow_sends_outside_was_answered_by_nobody_of_ours() -> None:
    call = folded(by_flow(hangs_up=tell.caller_hangs_up(9000, SECOND, bridge="b3"))).calls[CALLER]
    assert (call.exit, call.answered, call.agents) == ("transferred_out", None, ())
    assert ("talk", "13900000009", 4002, 9000, "caller_hung_up") in segments(call)


def test_who_is_back_in_the_flow_was_sent_outside_all_the_same() -> None:
    back = [
        *tell.agent_hangs_up(9000, SECOND, bridge="b3"),
        ev.StepEntered(T + 9010, CALLER, "orders", "v1", "bye", "end"),
        *tell.goes(9500),
    ]
    assert folded(by_flow(hangs_up=back)).calls[CALLER].exit == "transferred_out"
    nobody = [event for event in by_flow(hangs_up=[]) if not isinstance(event, ev.BridgeEntered)]
    gone = [ev.DialEnded(T + 5000, CALLER, SECOND, "NOANSWER"), ev.LegGone(T + 5000, SECOND, 19), *tell.goes(6000)]
    assert folded([*nobody, *gone]).calls[CALLER].exit == "abandoned_ivr"
