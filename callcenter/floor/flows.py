"""A caller in a flow: the steps, the keys, what the flow made of the call."""

from __future__ import annotations

from callcenter.floor import events as ev
from callcenter.floor.call import Call, Step, Tried
from callcenter.floor.ending import end_queue, was_queueing
from callcenter.floor.exits import OUTCOMES, exit_of
from callcenter.floor.picture import DoesNotFit, Draft, call_of, known_call, with_call
from callcenter.floor.replacing import replace
from callcenter.floor.segments import begin, end, of_leg, open_one
from callcenter.floor.talks import follow
from callcenter.floor.together import customer_of


def flow_began(floor: Draft, event: ev.FlowBegan) -> Draft:
    call = call_of(floor, event.leg)
    customer = customer_of(call) if call is not None else None
    if call is None or (customer is not None and customer.id != event.leg):
        return floor
    if call.ended is not None:
        raise DoesNotFit(f"call {call.id} is over")
    return follow(floor, enter_flow(call, event.at), event.at)


def flow_ended(floor: Draft, event: ev.FlowEnded) -> Draft:
    """The caller hangs up or the dialplan takes over: what comes next tells which. Out of a queue it is told at once."""
    call = call_of(floor, event.leg)
    if call is None or not was_queueing(call, event.leg, event.at):
        return floor
    return with_call(floor, end_queue(call, event.leg, event.at, "abandoned"))


def enter_flow(call: Call, at: int) -> Call:
    """The caller is in the flow from now on, unless he is in it already, waits, or talks."""
    customer = customer_of(call)
    leg = customer.id if customer is not None else call.id
    waiting = open_one(call, "queue", leg)
    bridged = customer is not None and customer.bridge is not None
    if bridged or open_one(call, "ivr", leg) or (waiting is not None and waiting.left is None):
        return call
    return begin(end(end_queue(call, leg, at), of_leg("park", leg), at, "transferred"), "ivr", leg, at)


def key_pressed(floor: Draft, event: ev.KeyPressed) -> Draft:
    call = call_of(floor, event.leg)
    if call is None or open_one(call, "ivr") is None or call.legs[event.leg].role != "caller":
        return floor
    if call.keyed is not None and event.at <= call.keyed:
        return floor
    return with_call(floor, replace(call, keys=call.keys + event.key, keyed=event.at))


def step_entered(floor: Draft, event: ev.StepEntered) -> Draft:
    call = known_call(floor, event.call)
    if call.ended is not None:
        raise DoesNotFit(f"call {call.id} is over")
    last = call.steps[-1] if call.steps else None
    here = last is not None and (last.flow, last.step) == (event.flow, event.step)
    if last is not None and here and (last.ended is None or last.began == event.at):
        return follow(floor, enter_flow(call, event.at), event.at)
    steps = call.steps
    if last is not None and last.ended is None:
        steps = (*steps[:-1], replace(last, ended=max(event.at, last.began)))
    step = Step(len(steps) + 1, event.flow, event.version, event.step, event.kind, event.at, language=event.language)
    return follow(floor, enter_flow(replace(call, steps=(*steps, step)), event.at), event.at)


def step_tried(floor: Draft, event: ev.StepTried) -> Draft:
    call = known_call(floor, event.call)
    last, tried = _not_left(call, event.step), Tried(event.at, event.keys)
    if last is None or tried in last.tried:
        return floor
    return _with_last(floor, call, replace(last, misses=last.misses + 1, tried=(*last.tried, tried)))


def step_left(floor: Draft, event: ev.StepLeft) -> Draft:
    call = known_call(floor, event.call)
    last = _not_left(call, event.step)
    if last is None:
        return floor
    ended = max(event.at, last.began) if last.ended is None else last.ended
    return _with_last(floor, call, replace(last, ended=ended, result=event.result))


def _not_left(call: Call, step: str) -> Step | None:
    """The step where he is, if it is this one; None when he has left it. DoesNotFit: he never was there."""
    last = call.steps[-1] if call.steps else None
    if last is None or last.step != step:
        if any(one.step == step for one in call.steps):
            return None
        raise DoesNotFit(f"call {call.id} is not at step {step}")
    return last if last.ended is None or last.result is None else None


def _with_last(floor: Draft, call: Call, step: Step) -> Draft:
    return with_call(floor, replace(call, steps=(*call.steps[:-1], step)))


def flow_done(floor: Draft, event: ev.FlowDone) -> Draft:
    call = known_call(floor, event.call)
    outcome = _first(call.outcome, event.outcome)
    if outcome == call.outcome:
        return floor
    call = replace(call, outcome=outcome)
    if call.ended is not None:
        call = replace(call, exit=exit_of(call))
    return with_call(floor, call)


def _first(one: str, other: str) -> str:
    """Of two outcomes the one that counts first."""
    ranks = {outcome: rank for rank, outcome in enumerate(OUTCOMES)}
    return min((one, other), key=lambda outcome: (not outcome, ranks.get(outcome, len(ranks))))


def caller_known(floor: Draft, event: ev.CallerKnown) -> Draft:
    call = known_call(floor, event.call)
    known = replace(call, customer=event.customer, customer_name=event.name, tier=event.tier)
    return floor if known == call else with_call(floor, known)
