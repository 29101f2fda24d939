"""An agent's state follows what he asked for and what his calls make of it."""

from __future__ import annotations

from callcenter.floor import events as ev
from callcenter.floor.changes import AgentChanged, Misfit
from callcenter.floor.floor import Floor, Rules, advance
from tests.floor import stories as tell
from tests.floor.stories import AGENT, CALLER, OUT, T, fold, folded


def states(events: list[ev.Event], agent: str = "2001", floor: Floor | None = None) -> list[tuple[str, int]]:
    """The states in order, each with its since after T."""
    told: list[tuple[str, int]] = []
    for change in fold(events, floor)[1]:
        if isinstance(change, AgentChanged) and change.after and change.after.number == agent:
            now = (change.after.state, change.after.since - T)
            if not told or told[-1] != now:
                told.append(now)
    return told


def test_through_a_call() -> None:
    events = [*tell.PLAIN, ev.WrapUpSaved(T + 15_000, "2001", CALLER)]
    assert states(events) == [("paused", 0), ("ready", 0), ("ringing", 2600), ("talking", 4002), ("wrapup", 9000), ("ready", 15_000)]


def test_a_break_asked_for_while_talking_comes_after_the_wrapup() -> None:
    asked = ev.AgentWants(T + 5000, "2001", False, "lunch")
    floor = folded([*tell.PLAIN[:-6], asked])
    assert (floor.agents["2001"].state, floor.agents["2001"].reason) == ("talking", "lunch")
    floor = folded([*tell.caller_hangs_up(9000), ev.Tick(T + 9000 + Rules().wrapup_ms)], floor)
    agent = floor.agents["2001"]
    assert (agent.state, agent.since, agent.call, agent.until) == ("paused", T + 9000 + Rules().wrapup_ms, None, None)
    assert tell.segments(floor.calls[CALLER])[-1] == ("wrapup", "2001", 9000, 9000 + Rules().wrapup_ms, "timed_out")


def test_the_wrapup_has_its_end_in_it() -> None:
    agent = folded(tell.PLAIN).agents["2001"]
    assert (agent.state, agent.call, agent.leg, agent.until) == ("wrapup", CALLER, AGENT, T + 9000 + Rules().wrapup_ms)


def test_without_wrapup_he_is_ready_at_once() -> None:
    floor = folded(tell.PLAIN, Floor(rules=Rules(wrapup_ms=0)))
    assert floor.agents["2001"].state == "ready"
    assert all(one.kind != "wrapup" for one in floor.calls[CALLER].segments)


def test_an_offer_that_rings_out_leaves_him_ready() -> None:
    assert states(tell.TWO_OFFERS)[-2:] == [("ringing", 600), ("ready", 6600)]


def test_a_talk_cuts_the_wrapup_of_the_call_before_short() -> None:
    second, leg = "a1-7.1", "a1-7.2"
    again = [*tell.arrives(10_000, second), *tell.queues(10_500, second), *tell.rings(11_000, leg, leg=second)]
    floor = folded([*tell.PLAIN, *again])
    assert (floor.agents["2001"].state, floor.agents["2001"].call) == ("ringing", second)
    floor = folded(tell.answers(12_000, leg, leg=second, bridge="b9"), floor)
    assert (floor.agents["2001"].state, floor.agents["2001"].call) == ("talking", second)
    assert tell.segments(floor.calls[CALLER])[-1] == ("wrapup", "2001", 9000, 12_002, "timed_out")


SECOND = "a1-7.1"


SECOND_LINE = "a1-7.2"


def has_two() -> Floor:
    """2001 talks with the caller, and with a second one on another line of his telephone."""
    comes = [*tell.arrives(5000, SECOND), *tell.queues(5500, SECOND), *tell.rings(5600, SECOND_LINE, leg=SECOND)]
    return folded([*tell.PLAIN[:-6], *comes, *tell.answers(6000, SECOND_LINE, leg=SECOND, bridge="b9")])


def has_had_two() -> Floor:
    """The caller is gone."""
    return folded(tell.caller_hangs_up(8000), has_two())


def test_who_wraps_up_one_call_still_talks_in_another() -> None:
    floor = has_had_two()
    assert tell.segments(floor.calls[CALLER])[-1][:4] == ("wrapup", "2001", 8000, None)
    assert (floor.agents["2001"].state, floor.agents["2001"].call) == ("talking", SECOND)


DIALS = ev.LegAppeared(T + 8500, "a1-8.1", "PJSIP/1001-8", "1001", "1002", "cc-seat", linked="a1-8.1")


def test_whom_he_dials_then_is_asked_about_the_customer_he_still_has() -> None:
    assert folded([DIALS], has_had_two()).legs["a1-8.1"] == SECOND


def test_whom_he_dials_is_asked_about_the_customer_whom_he_let_wait_for_it() -> None:
    first, second = ev.HoldBegan(T + 8400, tell.AGENT), ev.HoldBegan(T + 8450, SECOND_LINE)
    assert folded([first, DIALS], has_two()).legs["a1-8.1"] == CALLER
    assert folded([second, DIALS], has_two()).legs["a1-8.1"] == SECOND
    assert folded([first, second, DIALS], has_two()).legs["a1-8.1"] == SECOND


def test_a_ring_that_fails_brings_the_wrapup_back() -> None:
    second, leg = "a1-7.1", "a1-7.2"
    again = [*tell.arrives(10_000, second), *tell.queues(10_500, second), *tell.rings(11_000, leg, leg=second)]
    out = [ev.DialEnded(T + 12_000, second, leg, "NOANSWER"), ev.LegGone(T + 12_000, leg, 0)]
    agent = folded([*tell.PLAIN, *again, *out]).agents["2001"]
    assert (agent.state, agent.call, agent.until) == ("wrapup", CALLER, T + 9000 + Rules().wrapup_ms)


def test_dialling_counts_as_talking_from_his_answer_on() -> None:
    assert states(tell.REACHED) == [("paused", 0), ("ringing", 150), ("talking", 2000), ("wrapup", 9001)]
    assert folded(tell.PLACED).agents["2001"].call == OUT


def test_signing_out_ends_the_wrapup() -> None:
    floor = folded([*tell.PLAIN, ev.AgentSignedOut(T + 9500, "2001")])
    assert (floor.agents, floor.seats) == ({}, {})
    assert tell.segments(floor.calls[CALLER])[-1] == ("wrapup", "2001", 9000, 9500, "timed_out")


def test_a_seat_takes_one_agent() -> None:
    floor = folded(tell.sits())
    after, changes = advance(floor, ev.AgentSignedIn(T + 1, "2002", "Another", "1001", (), 2))
    assert after is floor
    assert isinstance(changes[0], Misfit)


def test_a_seat_whose_phone_is_away_is_not_reachable() -> None:
    floor = folded([*tell.sits(), ev.SeatChanged(T + 1, "1001", "UNAVAILABLE")])
    assert not floor.agents["2001"].reachable
    assert folded([ev.SeatChanged(T + 2, "1001", "NOT_INUSE")], floor).agents["2001"].reachable


def test_members_of_a_queue_are_what_asterisk_says() -> None:
    floor = folded([ev.MemberChanged(T, "orders", "1001", True, False), ev.MemberChanged(T, "orders", "1002", True, True)])
    assert (floor.queues["orders"].members, floor.queues["orders"].paused) == ({"1001", "1002"}, {"1002"})
    floor = folded([ev.MemberChanged(T + 1, "orders", "1002", False, False)], floor)
    assert (floor.queues["orders"].members, floor.queues["orders"].paused) == ({"1001"}, frozenset())
