"""Each message of somebody else's Asterisk as ours would have written it: callers arrive where calls arrive, phones are seats, and nobody
is a Local channel.
"""

from __future__ import annotations

from collections.abc import Iterator

from callcenter.floor import events as ev
from callcenter.floor.picture import Rules
from callcenter.replay.cast import Cast
from callcenter.replay.channels import endpoint, is_party
from callcenter.replay.evidence import Evidence
from callcenter.replay.rooms import Rooms
from callcenter.replay.standing import Standing
from callcenter.telephony.translate import Garbled, stamped, translate
from callcenter.telephony.wire import Message

ENTRY = next(iter(Rules().entry_contexts))
ELSEWHERE = "elsewhere"
OFFERS = frozenset({"AgentCalled", "AgentConnect", "AgentRingNoAnswer", "AgentComplete"})
OWN_LIFE = frozenset({"Newstate", "HangupRequest", "SoftHangupRequest", "Hangup", "Hold", "Unhold", "DTMFEnd"})
"""Events of one channel, which mean nothing when nobody is at its end."""


class Dressing:
    """Takes the messages of a surveyed stream in order."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._rooms = Rooms(cast.survey.halves, cast.is_party, cast.survey.holding)
        self._leaves = 0
        self._leaving: set[str] = set()
        self._evidence = Evidence(cast)
        self._standing = Standing(cast)
        self._began: int | None = None
        self._stood = dict(cast.survey.stood)

    def room(self, bridge: str) -> str:
        return self._rooms.name(bridge)

    def events(self, m: Message, at: int) -> Iterator[ev.Event]:
        """What the message means to the floor. Raises Garbled."""
        if self._began is None:
            self._began = stamped(m, at)
        yield from self._there_already(m, at)
        yield from self._evidence.before(m, at)
        yield from self._plainly(m, at)
        yield from self._evidence.after(m, at)

    def _there_already(self, m: Message, at: int) -> Iterator[ev.Event]:
        for told in self._standing.met(m, stamped(m, at)):
            leg = told["uniqueid"]
            yield from self._plainly(told, at)
            if told["event"] == "Newchannel" and not self._cast.arrives(leg) and self._cast.arrives(told["linkedid"]):
                yield ev.LegMarked(stamped(m, at), leg, told["linkedid"])
        for leg in (m.get("uniqueid", ""), m.get("destuniqueid", "")):
            bridge = self._stood.pop(leg, None)
            if bridge is not None and self._began is not None:
                yield from self._rooms.entered(self._began, leg, bridge, None)

    def _plainly(self, m: Message, at: int) -> Iterator[ev.Event]:
        if m["event"] in ("BridgeEnter", "BridgeLeave"):
            yield from self._bridge(m, at)
            return
        dressed = self._dressed(m)
        if dressed is not None:
            yield from self._placed(dressed, at)
            yield from translate(dressed, at)

    def _bridge(self, m: Message, at: int) -> Iterator[ev.Event]:
        """Who leaves to go elsewhere at once, or is replaced at once, leaves at the moment of the other's entering."""
        survey = self._cast.survey
        try:
            leg, bridge, when = m["uniqueid"], m["bridgeuniqueid"], stamped(m, at)
        except KeyError as missing:
            raise Garbled(f"{m['event']} without {missing.args[0]}") from None
        if m["event"] == "BridgeLeave":
            self._leaves += 1
            if self._leaves in survey.moves or self._leaves in survey.swaps:
                self._leaving.add(leg)
            else:
                yield from self._rooms.left(when, leg, bridge)
            return
        swapped = m.get("swapuniqueid", "")
        gone = [swapped] if swapped in self._leaving else []
        self._leaving -= {leg, *gone}
        yield from self._rooms.entered(when, leg, bridge, swapped or None, gone)

    def _placed(self, m: Message, at: int) -> Iterator[ev.Event]:
        """An Originate rings a seat first, and tells only later whom it dials for it."""
        if m["event"] == "Newchannel":
            leg = m.get("uniqueid", "")
            number = self._cast.placed(leg)
            if number is not None:
                yield ev.CallPlaced(at, leg, leg, "", self._cast.who(leg), number)

    def _dressed(self, m: Message) -> Message | None:
        """The message with parties instead of channels, or None when it tells of a channel at whose end nobody is."""
        event, leg, cast = m.get("event", ""), m.get("uniqueid", ""), self._cast
        if event == "DeviceStateChange":
            return self._device(m)
        if (event in OWN_LIFE or event == "Newchannel") and not cast.is_party(leg):
            return None
        if event in OWN_LIFE and not self._standing.told_of(leg):
            return None
        if event == "Newchannel":
            return self._appeared(m, leg)
        if event == "DialBegin" and not is_party(m.get("destchannel", "")):
            return None
        new = dict(m)
        self._parties(new)
        if event in OFFERS or "interface" in m:
            new["interface"] = f"PJSIP/{self._seat(m, new)}"
        if event in ("DialBegin", "DialEnd") and cast.originated(m.get("destuniqueid", "")):
            new["uniqueid"] = ""
        if event == "DialBegin":
            new["dialstring"] = cast.survey.numbers.get(m.get("destuniqueid", ""), new.get("dialstring", ""))
        return Message(new, m.repeated, torn=False)

    def _parties(self, new: dict[str, str]) -> None:
        for name, value in new.items():
            if name.endswith("bridgeuniqueid"):
                new[name] = self._rooms.name(value)
            elif name.endswith("uniqueid") and not name.startswith("local"):
                new[name] = self._cast.party(value)

    def _appeared(self, m: Message, leg: str) -> Message:
        arrives, name = self._cast.arrives(leg), m.get("channel", "")
        new = {**m, "channel": f"PJSIP/{self._cast.who(leg) or endpoint(name)}-00000000", "context": ENTRY if arrives else ELSEWHERE}
        if arrives:
            dialled = m.get("exten", "")
            new["linkedid"] = leg
            new["exten"] = endpoint(name) if dialled in ("", "s") else dialled
        return Message(new, m.repeated, torn=False)

    def _device(self, m: Message) -> Message | None:
        device = m.get("device", "")
        if not is_party(device) or endpoint(device) not in self._cast.seats:
            return None
        return Message({**m, "device": f"PJSIP/{endpoint(device)}"}, {}, torn=False)

    def _seat(self, m: Message, new: dict[str, str]) -> str:
        """The seat that an offer or a member is: the phone that was rung, else what the interface says."""
        leg = new.get("destuniqueid", "")
        if leg and self._cast.is_party(leg):
            return self._cast.who(leg)
        state = m.get("stateinterface", "")
        return endpoint(state if "/" in state and is_party(state) else m.get("interface", "")).partition("@")[0]
