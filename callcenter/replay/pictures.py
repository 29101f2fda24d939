"""Pictures of a whole Asterisk in a stream: the lists that answer a program's questions after it signed in. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from callcenter.floor import events as ev
from callcenter.floor.floor import Floor
from callcenter.replay.cast import Cast
from callcenter.replay.channels import endpoint, is_party
from callcenter.replay.dressing import ELSEWHERE, ENTRY
from callcenter.telephony.snapshot import picture
from callcenter.telephony.wire import Message

ITEMS = frozenset({"CoreShowChannel", "QueueMember", "QueueEntry"})
END = "CoreShowChannelsComplete"
LISTS = frozenset(name.encode() for name in ITEMS | {END, "FullyBooted"})


class Pictures:
    """A list of all channels is taken for a picture once a FullyBooted came before it; without one nothing was missed.

    `room` names the room that a bridge is part of.
    """

    def __init__(self, cast: Cast, room: Callable[[str], str]) -> None:
        self._cast = cast
        self._room = room
        self._booted = False
        self._items: list[Message] = []

    def heard(self, m: Message, at: int) -> ev.Snapshot | None:
        """The picture, when this message ends the list of channels. A list of queues counts when it came before."""
        event = m["event"]
        if event == "FullyBooted":
            self._booted, self._items = True, []
        elif self._booted and event in ITEMS:
            self._items.append(m)
        elif self._booted and event == END:
            self._booted = False
            channels = [told for one in self._items if (told := self._channel(one)) is not None]
            return picture(at, channels, [self._queue(one) for one in self._items if one["event"] != "CoreShowChannel"], (), None)
        return None

    def _channel(self, m: Message) -> Message | None:
        leg, name, cast = m.get("uniqueid", ""), m.get("channel", ""), self._cast
        if m["event"] != "CoreShowChannel" or not is_party(name):
            return None
        arrives = cast.arrives(leg)
        root = m.get("linkedid", "")
        new = {**m, "channel": f"PJSIP/{cast.who(leg) or endpoint(name)}-00000000", "context": ENTRY if arrives else ELSEWHERE}
        new["linkedid"] = leg if arrives else root
        new["bridgeid"] = self._room(m.get("bridgeid", ""))
        marks = {"chanvariable": [f"CC_CALL={root}"]} if not arrives and cast.arrives(root) else {}
        return Message({**new, **{header: values[0] for header, values in marks.items()}}, marks, torn=False)

    def _queue(self, m: Message) -> Message:
        if m["event"] == "QueueEntry":
            return Message({**m, "uniqueid": self._cast.party(m.get("uniqueid", ""))}, {}, torn=False)
        state = m.get("stateinterface", "")
        own = endpoint(state if is_party(state) and "/" in state else m.get("location", "") or m.get("interface", "")).partition("@")[0]
        return Message({**m, "location": f"PJSIP/{own}", "interface": f"PJSIP/{own}"}, {}, torn=False)


def completed(snapshot: ev.Snapshot, floor: Floor) -> ev.Snapshot:
    """What a stream's lists do not say, of phones and of who waits, is as it was."""
    there = {leg.leg for leg in snapshot.legs if leg.bridge is None}
    waiting = snapshot.waiting or tuple(
        ev.SeenWaiting(one.leg, queue.name, place, one.since)
        for queue in floor.queues.values()
        for place, one in enumerate(queue.waiting, 1)
        if one.leg in there
    )
    return replace(snapshot, waiting=waiting, seats=tuple(floor.devices.items()))
