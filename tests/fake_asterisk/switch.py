"""The switch: channels and bridges, and what the real one says and writes down when something becomes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from tests.fake_asterisk.agenda import Agenda
from tests.fake_asterisk.channel import UNKNOWN, Channel
from tests.fake_asterisk.written import Written

CAUSES = {0: "Unknown", 16: "Normal Clearing", 17: "User busy", 19: "User alerting, no answer", 21: "Call Rejected"}

HOLDING = "holding_bridge"
"""A bridge in which everybody waits for himself."""

CLASSES = {
    "call": "Newchannel Newstate HangupRequest SoftHangupRequest Hangup DialBegin DialState DialEnd BridgeCreate BridgeEnter BridgeLeave "
    "BridgeDestroy BridgeMerge BlindTransfer AttendedTransfer Hold Unhold MixMonitorStart MixMonitorStop DeviceStateChange "
    "OriginateResponse ParkedCall UnParkedCall ParkedCallGiveUp ParkedCallTimeOut",
    "agent": "QueueCallerJoin QueueCallerLeave QueueCallerAbandon AgentCalled AgentConnect AgentComplete AgentRingNoAnswer "
    "QueueMemberAdded QueueMemberRemoved QueueMemberPause QueueMemberStatus",
    "agi": "AsyncAGIStart AsyncAGIExec AsyncAGIEnd",
    "dtmf": "DTMFEnd",
    "system": "ContactStatus FullyBooted",
}
CLASS_OF = {name: kind for kind, names in CLASSES.items() for name in names.split()}

Tell = Callable[[str, str], None]
"""Gets each event: its class and its text."""


@dataclass(eq=False)
class Bridge:
    id: str
    technology: str = "simple_bridge"
    inside: list[Channel] = field(default_factory=list)

    def headers(self, of: str = "") -> Iterable[tuple[str, str]]:
        yield f"{of}BridgeUniqueid", self.id
        yield f"{of}BridgeType", "parking" if self.technology == HOLDING else "basic"
        yield f"{of}BridgeTechnology", self.technology
        yield f"{of}BridgeCreator", UNKNOWN
        yield f"{of}BridgeName", UNKNOWN
        yield f"{of}BridgeNumChannels", str(len(self.inside))
        yield f"{of}BridgeVideoSourceMode", "none"


class Switch:
    """Channels by unique id, bridges by theirs, the states of devices. `watch` is told of every device whose state changes."""

    def __init__(self, agenda: Agenda, tell: Tell, written: Written | None, chance: Random, system: str = "a1") -> None:
        self.agenda = agenda
        self.channels: dict[str, Channel] = {}
        self.bridges: dict[str, Bridge] = {}
        self.unreachable: set[str] = set()
        self.began = agenda.now
        self.watch: Callable[[str], None] = lambda device: None
        self.written = written
        self._tell = tell
        self._chance = chance
        self._system = system
        self._ids = 0
        self._names = 0
        self._stamp = 0
        self._on_device: Counter[str] = Counter()
        self._linked: Counter[str] = Counter()

    def start_again(self) -> None:
        """Every channel and bridge is gone without a word."""
        for one in self.channels.values():
            one.gone = True
        self.channels.clear()
        self.bridges.clear()
        self._on_device.clear()
        self._linked.clear()
        self._ids = self._names = 0
        self.began = self.agenda.now

    def say(self, name: str, *parts: Iterable[tuple[str, str]]) -> None:
        """Tell an event. No two bear the same stamp."""
        self._stamp = max(self._stamp + 1, int(self.agenda.now * 1_000_000))
        stamp = f"{self._stamp // 1_000_000}.{self._stamp % 1_000_000:06}"
        kind = CLASS_OF[name]
        lines = [f"Event: {name}", f"Privilege: {kind},all", f"Timestamp: {stamp}", f"SystemName: {self._system}"]
        lines += [f"{key}: {value}" for part in parts for key, value in part]
        self._tell(kind, "\r\n".join(lines) + "\r\n\r\n")

    def cel(self, event: str, channel: Channel, extra: dict[str, object] | None = None, peer: str = "") -> None:
        if self.written is not None:
            self.written.cel(event, self.agenda.now, channel.cel(peer), extra)

    def find(self, name: str) -> Channel | None:
        """A channel by its name or unique id."""
        return self.channels.get(name) or next((one for one in self.channels.values() if one.name == name), None)

    # --- a channel's life

    def channel(
        self, device: str, number: str, context: str, exten: str, *, ring: bool = False, linked: str = "", id: str = "", half: str = ""
    ) -> Channel:
        """A new one. `ring`: it came in by itself. `half`: ;1 or ;2 of a pair within Asterisk, made in this order."""
        made = id or f"{self._system}-{int(self.agenda.now)}.{self._ids}"
        self._ids += 1
        one = Channel(
            made, f"{device}-{self._names:08x}{half}", number, self.agenda.now, context, exten, state=4 if ring else 0, linked=linked
        )
        self._names += half != ";1"
        self.channels[made] = one
        self._on_device[device] += 1
        self._linked[linked or made] += 1
        self.say("Newchannel", one.headers())
        self.cel("CHAN_START", one)
        return one

    def ringing(self, one: Channel) -> None:
        one.state = 5
        self.say("Newstate", one.headers())
        self.device(one.device)

    def up(self, one: Channel) -> None:
        one.state = 6
        self.say("Newstate", one.headers())
        self.cel("ANSWER", one)
        self.device(one.device)

    def execute(self, one: Channel, app: str, data: str) -> None:
        """The channel begins to execute an application."""
        one.app, one.data = app, data
        self.cel("APP_START", one)

    def executed(self, one: Channel) -> None:
        self.cel("APP_END", one)

    def pressed(self, one: Channel, key: str) -> None:
        self.cel("DTMF", one, {"digit": key, "duration_ms": 200})
        self.say("DTMFEnd", one.headers(), (("Digit", key), ("DurationMs", "200"), ("Direction", "Received")))

    def wants_to_hang_up(self, one: Channel, cause: int | None = None, tech: int | None = None) -> None:
        """Its far side said so."""
        one.hung_up_by = one.name
        more = [] if cause is None else [("Cause", str(cause))]
        self.say("HangupRequest", one.headers(), more + ([] if tech is None else [("TechCause", str(tech))]))

    def soft(self, one: Channel, cause: int = 16) -> None:
        self.say("SoftHangupRequest", one.headers(), (("Cause", str(cause)),))

    def gone(self, one: Channel, cause: int, tech: int | None = None) -> None:
        """The channel is no more."""
        one.gone = True
        told = [("Cause", str(cause)), ("Cause-txt", CAUSES[cause])]
        self.say("Hangup", one.headers(), told + ([] if tech is None else [("TechCause", str(tech))]))
        self.cel("HANGUP", one, {"hangupcause": cause, "hangupsource": one.hung_up_by, "dialstatus": one.dial_status})
        self.cel("CHAN_END", one)
        del self.channels[one.id]
        self._on_device[one.device] -= 1
        self._linked[one.linked or one.id] -= 1
        if not self._linked[one.linked or one.id]:
            self.cel("LINKEDID_END", one)
        self.device(one.device)

    def recorded(self, one: Channel) -> None:
        """What it says and hears is written down from now on; again, when somebody else has come to its other side."""
        self.say("MixMonitorStart", one.headers())

    # --- dialling

    def dial(self, by: Channel | None, to: Channel, text: str) -> None:
        self.say("DialBegin", by.headers() if by else (), to.headers("Dest"), (("DialString", text),))

    def dial_state(self, by: Channel | None, to: Channel, status: str) -> None:
        self.say("DialState", by.headers() if by else (), to.headers("Dest"), (("DialStatus", status),))

    def dialled(self, by: Channel | None, to: Channel, status: str) -> None:
        if by is not None:
            by.dial_status = status
        self.say("DialEnd", by.headers() if by else (), to.headers("Dest"), (("DialStatus", status),))

    # --- bridges

    def bridge(self, technology: str = "simple_bridge") -> Bridge:
        one = Bridge(str(UUID(int=self._chance.getrandbits(128), version=4)), technology)
        self.bridges[one.id] = one
        self.say("BridgeCreate", one.headers())
        return one

    def enter(self, bridge: Bridge, one: Channel, swap: str = "") -> None:
        """It comes in; with `swap` in the place of that channel."""
        bridge.inside.append(one)
        one.bridge = bridge.id
        if bridge.technology != HOLDING:
            bridge.technology = "softmix" if len(bridge.inside) > 2 else "simple_bridge"
        self.say("BridgeEnter", bridge.headers(), one.headers(), (("SwapUniqueid", swap),) if swap else ())
        self.cel("BRIDGE_ENTER", one, _of(bridge), _others(bridge, one))

    def leave(self, one: Channel) -> None:
        bridge = self.bridges[one.bridge]
        peers = _others(bridge, one)
        bridge.inside.remove(one)
        one.bridge = ""
        self.say("BridgeLeave", bridge.headers(), one.headers())
        self.cel("BRIDGE_EXIT", one, _of(bridge), peers)
        if not bridge.inside:
            self.dissolve(bridge)

    def dissolve(self, bridge: Bridge) -> None:
        del self.bridges[bridge.id]
        self.say("BridgeDestroy", bridge.headers())

    def hold(self, one: Channel) -> None:
        self.say("Hold", one.headers(), (("MusicClass", "default"),))

    def unhold(self, one: Channel) -> None:
        self.say("Unhold", one.headers())

    # --- devices

    def state_of(self, device: str) -> str:
        if device in self.unreachable:
            return "UNAVAILABLE"
        if not self._on_device[device]:
            return "NOT_INUSE"
        return "INUSE" if device == "PJSIP/trunk" else "BUSY"

    def has_others(self, one: Channel) -> bool:
        """Whether its telephone rings or talks on another channel, too: whoever sits there is busy with that."""
        return self._on_device[one.device] > 1

    def device(self, device: str) -> None:
        self.say("DeviceStateChange", (("Device", device), ("State", self.state_of(device))))
        self.watch(device)


def _of(bridge: Bridge) -> dict[str, object]:
    return {"bridge_id": bridge.id, "bridge_technology": bridge.technology}


def _others(bridge: Bridge, one: Channel) -> str:
    return ",".join(other.name for other in bridge.inside if other is not one)
