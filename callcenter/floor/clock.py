"""What the time and the link do to the floor."""

from __future__ import annotations

from callcenter.floor import events as ev
from callcenter.floor.agents import wrapups_over
from callcenter.floor.call import Call
from callcenter.floor.ending import end_call
from callcenter.floor.picture import Draft, Floor, timed, with_call, without_calls
from callcenter.floor.replacing import replace
from callcenter.floor.segments import TALKING
from callcenter.floor.talks import follow


def tick(floor: Draft, event: ev.Tick) -> Draft:
    """Deadlines that are over. A call leaves by a tick that changes nothing of it, so that its last change is told before.

    While nobody listens, a call that we placed may have come to a leg: what is told of the gap decides, not the time.
    """
    now = max(floor.now, event.at)
    floor.set(now=now)
    wrapups_over(floor, now)
    for call in timed(floor) if floor.link == "live" else ():
        if call.ended is None and not call.legs and call.began + floor.rules.placing_ms <= now:
            floor = with_call(floor, end_call(floor, replace(call, outcome="unreachable"), now))
        elif _has_left(call):
            floor = follow(floor, floor.calls[call.id], now)
    return without_calls(floor, [id for id in floor.timed if id not in floor.calls.before and told_out(floor, floor.calls[id], now)])


def told_out(floor: Floor, call: Call, now: int) -> bool:
    """Whether nothing more is expected of the call."""
    return call.ended is not None and call.ended + floor.rules.linger_ms <= now and call.complete


def _has_left(call: Call) -> bool:
    """Whether somebody has left a talk of which it is not yet known how it ended."""
    for one in call.segments:  # noqa: SIM110 (every call is looked at each second, and a generator takes twice as long)
        if one.left is not None and one.ended is None and one.kind in TALKING:
            return True
    return False


def link_changed(floor: Draft, event: ev.LinkChanged) -> Draft:
    floor.set(link=event.state)
    return floor
