"""app_queue: members, who waits, who is rung, and what is said and written down about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from tests.fake_asterisk.agenda import Planned
from tests.fake_asterisk.channel import Channel
from tests.fake_asterisk.switch import Bridge, Switch
from tests.fake_asterisk.truth import Truth

STATUS = {"NOT_INUSE": "1", "INUSE": "2", "BUSY": "3", "UNAVAILABLE": "5"}
RETRY_S = 1.0


@dataclass(eq=False)
class Member:
    queue: str
    interface: str
    name: str
    added: float
    paused: bool = False
    reason: str = ""
    taken: int = 0
    last_call: int = 0
    last_pause: int = 0
    in_call: bool = False


@dataclass(eq=False)
class Entry:
    """Somebody who waits. `left` is called once, with QUEUESTATUS, when the application has ended; '' when he hung up."""

    channel: Channel
    queue: str
    since: float
    position: int
    goes_on: bool
    left: Callable[[str], None]
    data: str
    limit: Planned | None = None
    offer: Offer | None = None
    not_before: float = 0.0
    over: bool = False


@dataclass(eq=False)
class Offer:
    """A caller is offered to a member: his phone rings."""

    entry: Entry
    member: Member
    leg: Channel
    since: float
    limit: Planned | None = None
    over: bool = False
    up: float = 0.0


@dataclass
class Queue:
    name: str
    members: dict[str, Member] = field(default_factory=dict)
    waiting: list[Entry] = field(default_factory=list)
    abandoned: int = 0
    completed: int = 0
    looking: bool = False


class Queues:
    """`rings` is told of each offer and decides what the phone does; `truth` is told what really happens."""

    def __init__(self, switch: Switch, truth: Truth, names: Iterable[str], ring_s: float, rings: Callable[[Offer], None]) -> None:
        self._truth = truth
        self.all = {name: Queue(name) for name in names}
        self._switch = switch
        self._ring_s = ring_s
        self._rings = rings
        self._turn: dict[str, int] = dict.fromkeys(self.all, 0)
        self._of_device: dict[str, list[Member]] = {}
        switch.watch = self._device_changed

    # --- members

    def add(self, queue: str, interface: str, name: str, *, paused: bool, reason: str = "") -> str:
        """'' or why not, in Asterisk's words."""
        there = self.all.get(queue)
        if there is None:
            return "Unable to add interface to queue: No such queue"
        if interface in there.members:
            return "Unable to add interface: Already there"
        now = self._switch.agenda.now
        one = Member(queue, interface, name, now, paused, reason, last_pause=int(now) if paused else 0)
        there.members[interface] = one
        self._of_device.setdefault(interface, []).append(one)
        self._log("MANAGER", one, "ADDMEMBER", *(("PAUSED",) if paused else ()))
        self._switch.say("QueueMemberAdded", self._member(one))
        self._soon(there)
        return ""

    def remove(self, queue: str, interface: str) -> str:
        there = self.all.get(queue)
        if there is None:
            return "Unable to remove interface from queue: No such queue"
        one = there.members.pop(interface, None)
        if one is None:
            return "Unable to remove interface: Not there"
        self._of_device[interface].remove(one)
        self._log("MANAGER", one, "REMOVEMEMBER")
        self._switch.say("QueueMemberRemoved", self._member(one))
        return ""

    def pause(self, queue: str, interface: str, *, paused: bool, reason: str) -> str:
        """In every queue when none is named."""
        found = [one for one in self._of_device.get(interface, ()) if queue in ("", one.queue)]
        for one in found:
            one.paused, one.reason = paused, reason if paused else ""
            if paused:
                one.last_pause = int(self._switch.agenda.now)
            self._log("NONE", one, "PAUSE" if paused else "UNPAUSE", reason)
            self._switch.say("QueueMemberPause", self._member(one))
            self._soon(self.all[one.queue])
        return "" if found else "Interface not found"

    def _member(self, one: Member) -> Iterator[tuple[str, str]]:
        yield "Queue", one.queue
        yield "MemberName", one.name
        yield "Interface", one.interface
        yield "StateInterface", one.interface
        yield from self._figures(one)
        yield "Ringinuse", "0"
        yield "Wrapuptime", "0"

    def _figures(self, one: Member) -> Iterator[tuple[str, str]]:
        yield "Membership", "dynamic"
        yield "Penalty", "0"
        yield "CallsTaken", str(one.taken)
        yield "LastCall", str(one.last_call)
        yield "LastPause", str(one.last_pause)
        yield "LoginTime", str(int(one.added))
        yield "InCall", str(int(one.in_call))
        yield "Status", STATUS[self._switch.state_of(one.interface)]
        yield "Paused", str(int(one.paused))
        yield "PausedReason", one.reason

    def _device_changed(self, device: str) -> None:
        for one in self._of_device.get(device, ()):
            self._switch.say("QueueMemberStatus", self._member(one))
            if self._switch.state_of(device) == "NOT_INUSE":
                self._soon(self.all[one.queue])

    def status(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """What QueueStatus lists."""
        now = self._switch.agenda.now
        for queue in self.all.values():
            figures = {"Max": "0", "Strategy": "rrmemory", "Calls": str(len(queue.waiting)), "Holdtime": "0", "TalkTime": "0"}
            figures |= {"Completed": str(queue.completed), "Abandoned": str(queue.abandoned), "ServiceLevel": "0"}
            figures |= {"ServicelevelPerf": "0.0", "ServicelevelPerf2": "0.0", "Weight": "0"}
            yield "QueueParams", [("Queue", queue.name), *figures.items()]
            for one in queue.members.values():
                named = [("Queue", queue.name), ("Name", one.name), ("Location", one.interface), ("StateInterface", one.interface)]
                yield "QueueMember", [*named, *self._figures(one), ("Wrapuptime", "0")]
            for place, entry in enumerate(queue.waiting, 1):
                yield "QueueEntry", _entry(entry, place, now)

    # --- callers

    def join(self, channel: Channel, queue: str, limit_s: float, *, goes_on: bool, data: str, left: Callable[[str], None]) -> Entry:
        """The channel executes Queue(). `goes_on`: option c, after the agent has hung up the dialplan goes on."""
        there = self.all[queue]
        entry = Entry(channel, queue, self._switch.agenda.now, len(there.waiting) + 1, goes_on, left, data)
        self._switch.execute(channel, "Queue", data)
        self._truth.begins(channel, "queue", channel.id, queue=queue)
        there.waiting.append(entry)
        self._log_call(entry, "NONE", "ENTERQUEUE", "", channel.number, str(entry.position))
        counts = (("Queue", queue), ("Position", str(entry.position)), ("Count", str(len(there.waiting))))
        self._switch.say("QueueCallerJoin", channel.headers(), counts)
        entry.limit = self._switch.agenda.after(limit_s, lambda: self._timed_out(entry))
        self._soon(there)
        return entry

    def gave_up(self, entry: Entry) -> None:
        """The caller, who has hung up already, leaves the queue."""
        if entry.offer is not None:
            self._cancel(entry.offer)
        self._truth.ends(entry.channel, "queue", entry.channel.id, "abandoned")
        self._abandoned(entry)
        self._log_call(entry, "NONE", "ABANDON", str(self._position(entry)), str(entry.position), str(self._waited(entry)))
        self._leave(entry)
        self._over(entry, "")

    def _timed_out(self, entry: Entry) -> None:
        if entry.offer is not None:
            # A phone that rings is let ring to its end.
            entry.limit = self._switch.agenda.after(0.1, lambda: self._timed_out(entry))
            return
        self._truth.ends(entry.channel, "queue", entry.channel.id, "timeout")
        self._log_call(entry, "NONE", "EXITWITHTIMEOUT", str(self._position(entry)), str(entry.position), str(self._waited(entry)))
        self._abandoned(entry)
        self._leave(entry)
        self._over(entry, "TIMEOUT")

    def _abandoned(self, entry: Entry) -> None:
        self.all[entry.queue].abandoned += 1
        told = {"Queue": entry.queue, "Position": str(self._position(entry)), "OriginalPosition": str(entry.position)}
        self._switch.say("QueueCallerAbandon", entry.channel.headers(), (told | {"HoldTime": str(self._waited(entry))}).items())

    def _leave(self, entry: Entry) -> None:
        queue = self.all[entry.queue]
        place = self._position(entry)
        queue.waiting.remove(entry)
        told = (("Queue", entry.queue), ("Position", str(place)), ("Count", str(len(queue.waiting))))
        self._switch.say("QueueCallerLeave", entry.channel.headers(), told)

    def _over(self, entry: Entry, status: str) -> None:
        entry.over = True
        if entry.limit is not None:
            entry.limit.call_off()
        self._switch.executed(entry.channel)
        entry.left(status)

    def start_again(self) -> None:
        """Nobody waits any more; members stay (persistentmembers)."""
        for queue in self.all.values():
            for entry in queue.waiting:
                entry.over = True
                for planned in (entry.limit, entry.offer.limit if entry.offer else None):
                    if planned is not None:
                        planned.call_off()
                if entry.offer is not None:
                    entry.offer.over = True
            queue.waiting.clear()
            for member in queue.members.values():
                member.in_call = False

    # --- offers

    def _soon(self, queue: Queue) -> None:
        if queue.waiting and not queue.looking:
            queue.looking = True
            self._switch.agenda.after(0.0, lambda: self._distribute(queue))

    def _distribute(self, queue: Queue) -> None:
        queue.looking = False
        now = self._switch.agenda.now
        for entry in queue.waiting[:]:
            if entry.offer is None and entry.not_before <= now:
                member = self._free(queue)
                if member is None:
                    return
                self._offer(entry, member)

    def _free(self, queue: Queue) -> Member | None:
        members = list(queue.members.values())
        for step in range(len(members)):
            one = members[(self._turn[queue.name] + step) % len(members)]
            if not one.paused and self._switch.state_of(one.interface) == "NOT_INUSE":
                self._turn[queue.name] = (self._turn[queue.name] + step + 1) % len(members)
                return one
        return None

    def somebody_free(self, queue: str) -> Member | None:
        """A member who could be rung now."""
        return self._free(self.all[queue])

    def at(self, seat: str) -> Member | None:
        """Who serves queues at this seat."""
        return next(iter(self._of_device.get(f"PJSIP/{seat}", ())), None)

    def _offer(self, entry: Entry, member: Member) -> None:
        switch, caller = self._switch, entry.channel
        seat = member.interface.partition("/")[2]
        leg = switch.channel(member.interface, seat, "cc-seat", "s", linked=caller.linked or caller.id)
        leg.display = seat
        leg.app, leg.data, leg.peer_account = "AppQueue", "(Outgoing Line)", caller.account
        leg.peer, leg.peer_display = caller.number, caller.display
        leg.variables = {"CC_CALL": caller.variables.get("CC_CALL", ""), "CC_HOTLINE": caller.variables.get("CC_HOTLINE", "")}
        offer = entry.offer = Offer(entry, member, leg, switch.agenda.now)
        switch.say("AgentCalled", caller.headers(), leg.headers("Dest"), _whom(member))
        switch.dial(caller, leg, member.interface)
        self._truth.begins(caller, "ring", leg.id, who=member.name, queue=entry.queue)
        offer.limit = switch.agenda.after(self._ring_s, lambda: self._rang_out(offer))
        self._rings(offer)

    def ringing(self, offer: Offer) -> None:
        """180 Ringing."""
        offer.entry.channel.peer = offer.entry.channel.peer_display = offer.leg.number
        self._switch.ringing(offer.leg)
        self._switch.dial_state(offer.entry.channel, offer.leg, "RINGING")

    def refused(self, offer: Offer, cause: int = 17, tech: int = 486) -> None:
        """The phone says no."""
        entry, leg = offer.entry, offer.leg
        self._done(offer, "refused")
        entry.channel.peer = entry.channel.peer_display = leg.number
        self._switch.wants_to_hang_up(leg, cause, tech)
        self._switch.dialled(entry.channel, leg, "NOANSWER")
        self._no_answer(offer)
        self._switch.gone(leg, cause, tech)

    def _rang_out(self, offer: Offer) -> None:
        if offer.over:
            return
        self._done(offer, "rang_out")
        self._no_answer(offer)
        self._switch.dialled(offer.entry.channel, offer.leg, "NOANSWER")
        self._switch.dialled(offer.entry.channel, offer.leg, "CANCEL")
        self._switch.gone(offer.leg, 0)

    def _no_answer(self, offer: Offer) -> None:
        rang = str(int((self._switch.agenda.now - offer.since) * 1000) // 1000 * 1000)
        both = offer.entry.channel.headers(), offer.leg.headers("Dest")
        self._switch.say("AgentRingNoAnswer", *both, _whom(offer.member), (("RingTime", rang),))
        self._log_call(offer.entry, offer.member.name, "RINGNOANSWER", rang)
        offer.entry.not_before = self._switch.agenda.now + RETRY_S
        self._switch.agenda.after(RETRY_S + 0.001, lambda: self._distribute(self.all[offer.entry.queue]))

    def _cancel(self, offer: Offer) -> None:
        self._done(offer, "caller_gone")
        self._switch.dialled(offer.entry.channel, offer.leg, "CANCEL")
        self._switch.dialled(offer.entry.channel, offer.leg, "CANCEL")
        rang = str(int((self._switch.agenda.now - offer.since) * 1000))
        self._log_call(offer.entry, offer.member.name, "RINGCANCELED", rang)
        self._switch.gone(offer.leg, 0)

    def _done(self, offer: Offer, reason: str) -> None:
        self._truth.ends(offer.entry.channel, "ring", offer.leg.id, reason)
        offer.over = True
        offer.entry.offer = None
        if offer.limit is not None:
            offer.limit.call_off()

    def answered(self, offer: Offer) -> Bridge:
        """The phone is answered: both are bridged."""
        switch, entry, leg, member = self._switch, offer.entry, offer.leg, offer.member
        self._done(offer, "answered")
        self._truth.ends(entry.channel, "queue", entry.channel.id, "answered")
        self._truth.begins(entry.channel, "talk", leg.id, who=member.name, queue=entry.queue)
        if entry.limit is not None:
            entry.limit.call_off()
        offer.up = switch.agenda.now
        switch.up(leg)
        switch.dialled(entry.channel, leg, "ANSWER")
        waited, rang = self._waited(entry), str(int(offer.up - offer.since))
        self._leave(entry)
        leg.context = "cc-agent-leg"
        switch.recorded(leg)
        leg.context = "cc-seat"
        times = (("HoldTime", str(waited)), ("RingTime", rang))
        switch.say("AgentConnect", entry.channel.headers(), leg.headers("Dest"), _whom(member), times)
        self._log_call(entry, member.name, "CONNECT", str(waited), leg.id, rang)
        member.in_call = True
        bridge = switch.bridge()
        switch.enter(bridge, leg)
        switch.enter(bridge, entry.channel)
        return bridge

    def ended(self, offer: Offer, by: str) -> None:
        """The talk is over: `by` is caller or agent (who hung up), or transfer. Queue() goes on for the caller unless he was moved."""
        entry, member = offer.entry, offer.member
        member.in_call = False
        member.taken += 1
        member.last_call = int(self._switch.agenda.now)
        self.all[entry.queue].completed += 1
        talked = str(int(self._switch.agenda.now - offer.up))
        waited = str(int(offer.up - entry.since))
        times = (("HoldTime", waited), ("TalkTime", talked), ("Reason", by))
        self._switch.say("AgentComplete", entry.channel.headers(), offer.leg.headers("Dest"), _whom(member), times)
        if by != "transfer":
            self._log_call(entry, member.name, f"COMPLETE{by.upper()}", waited, talked, str(entry.position))

    def finished(self, offer: Offer, status: str) -> None:
        """Queue() itself is over for a caller who had been answered."""
        self._over(offer.entry, status)

    # --- small things

    def _position(self, entry: Entry) -> int:
        return self.all[entry.queue].waiting.index(entry) + 1

    def _waited(self, entry: Entry) -> int:
        return int(self._switch.agenda.now - entry.since)

    def _log(self, call: str, one: Member, event: str, *more: str) -> None:
        if self._switch.written is not None:
            self._switch.written.queue_log(self._switch.agenda.now, call, one.queue, one.name, event, *more)

    def _log_call(self, entry: Entry, agent: str, event: str, *more: str) -> None:
        if self._switch.written is not None:
            self._switch.written.queue_log(self._switch.agenda.now, entry.channel.id, entry.queue, agent, event, *more)

    def log_transfer(self, offer: Offer, *more: str) -> None:
        """BLINDTRANSFER or ATTENDEDTRANSFER, as the first of `more` says."""
        waited, talked = int(offer.up - offer.entry.since), int(self._switch.agenda.now - offer.up)
        self._log_call(offer.entry, offer.member.name, *more, str(waited), str(talked), str(offer.entry.position))


def _whom(member: Member) -> tuple[tuple[str, str], ...]:
    return ("Queue", member.queue), ("Interface", member.interface), ("MemberName", member.name)


def _entry(entry: Entry, place: int, now: float) -> list[tuple[str, str]]:
    one = entry.channel
    named = [("Queue", entry.queue), ("Position", str(place)), ("Channel", one.name), ("Uniqueid", one.id)]
    numbers = [("CallerIDNum", one.number), ("CallerIDName", "unknown"), ("ConnectedLineNum", "unknown"), ("ConnectedLineName", "unknown")]
    return [*named, *numbers, ("Wait", str(int(now - entry.since))), ("Priority", "0")]
