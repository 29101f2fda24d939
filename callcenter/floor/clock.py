"""What the time and the link do to the floor."""

from __future__ import annotations

from callcenter.floor import events as ev
from callcenter.floor.call import Call, Segment
from callcenter.floor.ending import end_call
from callcenter.floor.picture import Draft, Floor, with_call, without_calls
from callcenter.floor.replacing import replace
from callcenter.floor.segments import TALKING, end
from callcenter.floor.talks import follow

ASTRAY_MS = 60_000
"""A clock of Asterisk's that is so far behind ours has been set: by it nothing would end for as long."""


def tick(floor: Draft, event: ev.Tick) -> Draft:
    """Deadlines that are over. A call leaves by a tick that changes nothing of it, so that its last change is told before.

    While nobody listens, a call that we placed may have come to a leg: what is told of the gap decides, not the time.
    """
    now = max(floor.now, event.at)
    heard = now if event.heard is None else max(event.heard, now - ASTRAY_MS)
    floor.set(now=now)
    due = [id for id, at in floor.due.items() if at <= max(now, heard)]
    for id in due:
        _wrapups_over(floor, floor.calls[id], now)
    for id in due if floor.link == "live" else ():
        call = floor.calls[id]
        if call.ended is None and not call.legs:
            floor = with_call(floor, end_call(floor, replace(call, outcome="unreachable"), now))
        elif _has_left(call):
            floor = follow(floor, call, heard)
    return without_calls(floor, [id for id in due if id not in floor.calls.before and told_out(floor, floor.calls[id], now)])


def _wrapups_over(floor: Draft, call: Call, now: int) -> None:
    """End the wrap-ups whose time is over, each when it was."""
    wrapup_ms = floor.rules.wrapup_ms
    for one in call.open:
        if one.kind == "wrapup" and one.began + wrapup_ms <= now:
            call = _timed_out(call, one, wrapup_ms)
    with_call(floor, call)


def _timed_out(call: Call, wrapup: Segment, wrapup_ms: int) -> Call:
    return end(call, lambda one: one.n == wrapup.n, wrapup.began + wrapup_ms, "timed_out")


def told_out(floor: Floor, call: Call, now: int) -> bool:
    """Whether nothing more is expected of the call. A picture that is being taken may still show it, however late it comes."""
    return floor.link != "snapshot" and call.ended is not None and call.ended + floor.rules.linger_ms <= now and call.complete


def _has_left(call: Call) -> bool:
    """Whether somebody has left a talk of which it is not yet known how it ended."""
    return any(one.left is not None and one.kind in TALKING for one in call.open)


def link_changed(floor: Draft, event: ev.LinkChanged) -> Draft:
    floor.set(link=event.state)
    return floor
