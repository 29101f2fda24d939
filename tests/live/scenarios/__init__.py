"""What people do with telephones, played on the real Asterisk, with what was true of it: each returns the calls as they went."""

from __future__ import annotations

from functools import partial

from tests.live.scenarios import clicked, connected, internal, keyed, parked, queued, referred
from tests.live.scenarios.stage import HIGH, LOW, Scenario

__all__ = ["SCENARIOS", "Scenario"]


def _twice(name: str, play: Scenario) -> dict[str, Scenario]:
    """Once with sound whose numbers come after those of who talked before, once before."""
    return {f"{name}_above": partial(play, second=HIGH), f"{name}_below": partial(play, second=LOW)}


SCENARIOS: dict[str, Scenario] = {
    **_twice("refer_to_agent", referred.blind_to_agent),
    **_twice("refer_to_queue", referred.blind_to_queue),
    **_twice("refer_to_outside", referred.blind_to_outside),
    "refer_to_refused_number": referred.blind_to_refused_number,
    "refer_to_flow": referred.blind_to_flow,
    "refer_to_nobody": referred.blind_to_nobody,
    **_twice("refer_attended", referred.attended),
    **_twice("refer_attended_before_the_answer", referred.attended_before_the_answer),
    "consult_given_up": referred.given_up,
    "consult_taken_back": referred.taken_back,
    "caller_gone_while_a_colleague_is_asked": referred.caller_gone_while_asked,
    "three_agents_in_a_row": referred.three_agents,
    "two_callers_connected": connected.two_callers,
    **_twice("park_picked_up", parked.picked_up),
    **_twice("park_by_keys_picked_up", parked.picked_up_after_keys),
    **_twice("keys_to_agent", keyed.blind_by_keys),
    **_twice("keys_attended", keyed.attended_by_keys),
    "keys_attended_by_star_two": partial(keyed.attended_by_keys, by="*2"),
    **_twice("keys_before_the_answer", keyed.before_the_answer_by_keys),
    "keys_taken_back": keyed.taken_back_by_keys,
    "keys_given_up": keyed.given_up_by_keys,
    "three_way_first_leaves": partial(keyed.three_way, leaves="first"),
    "three_way_second_leaves": partial(keyed.three_way, leaves="second"),
    "three_way_caller_leaves": partial(keyed.three_way, leaves="caller"),
    **_twice("click_handed_over", clicked.handed_over),
    "click_taken_back": clicked.taken_back,
    "click_together": clicked.together,
    "click_toggled": clicked.toggled,
    **_twice("click_sent_to_agent", clicked.sent_to_agent),
    **_twice("click_sent_to_queue", clicked.sent_to_queue),
    **_twice("click_sent_to_outside", clicked.sent_to_outside),
    "click_sent_to_flow": clicked.sent_to_flow,
    "click_parked_and_picked_up": clicked.parked_and_picked_up,
    "click_park_timed_out": partial(parked.timed_out, park=clicked.park),
    "hold_and_double_hold": queued.hold,
    "agent_hangs_up_while_holding": queued.agent_hangs_up_while_holding,
    "offers_fail": queued.offers_fail,
    "phone_unreachable": queued.phone_unreachable,
    "two_offers_at_once": queued.two_at_once,
    "gives_up_in_the_menu": queued.gives_up_in_the_menu,
    "gives_up_in_the_queue": queued.gives_up_in_the_queue,
    "gives_up_while_it_rings": queued.gives_up_while_it_rings,
    "picked_up_by_a_colleague": queued.picked_up_by_a_colleague,
    "passed_on_to_another_queue": queued.passed_on_to_another_queue,
    "reload_in_the_middle": queued.reload_in_the_middle,
    "agent_to_agent": internal.agent_to_agent,
    "agent_to_agent_not_answered": partial(internal.agent_to_agent, answer=False),
    "seat_dials_outside": internal.seat_dials_outside,
    "dialled_answered": partial(internal.dialled_by_a_click, customer="answers"),
    "dialled_customer_hangs_up_first": partial(internal.dialled_by_a_click, customer="hangs up first"),
    "dialled_refused": partial(internal.dialled_by_a_click, customer="refuses"),
    "dialled_no_answer": partial(internal.dialled_by_a_click, customer="does not answer"),
    "dialled_own_phone_refuses": internal.click_not_answered,
    "park_timed_out": parked.timed_out,
    "park_gave_up": parked.gave_up,
}
