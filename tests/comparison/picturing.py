"""Asterisk's picture as it must be when it agrees with a floor."""

from __future__ import annotations

from callcenter.floor import events as ev
from callcenter.floor.call import Call, Leg
from callcenter.floor.floor import Floor
from callcenter.floor.legs import IGNORED


def agreeing(floor: Floor, at: int) -> ev.Snapshot:
    """What a look at `at` shows when nothing was missed."""
    of_calls = [(leg, call) for call in floor.calls.values() for leg in call.legs.values()]
    loose = [(leg, None) for leg in floor.loose.values() if leg.role != IGNORED]
    legs = [_seen(leg, call) for leg, call in [*of_calls, *loose] if leg.ended is None]
    waiting = [
        ev.SeenWaiting(one.leg, queue.name, n, one.since) for queue in floor.queues.values() for n, one in enumerate(queue.waiting, 1)
    ]
    members = [
        ev.SeenMember(queue.name, seat, seat in queue.paused, False) for queue in floor.queues.values() for seat in sorted(queue.members)
    ]
    return ev.Snapshot(at, tuple(legs), tuple(waiting), tuple(members), tuple(floor.devices.items()))


def _seen(leg: Leg, call: Call | None) -> ev.SeenLeg:
    in_flow = call is not None and leg.role == "caller" and any(one.kind == "ivr" for one in call.open)
    return ev.SeenLeg(
        leg=leg.id,
        name=leg.name,
        number=leg.number,
        dialled="",
        context="cc-in" if leg.role == "caller" else "",
        call=call.id if call else None,
        hotline=call.hotline if call else None,
        up=leg.answered is not None,
        began=leg.began,
        app="AGI" if in_flow else "",
        bridge=leg.bridge,
    )
