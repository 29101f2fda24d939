"""The park: a caller waits there until an agent picks him up by a click, or he has had enough. As the real one tells it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.fake_asterisk.channel import Channel
from tests.fake_asterisk.moves import sent
from tests.fake_asterisk.queues import Member
from tests.fake_asterisk.switch import HOLDING, Bridge
from tests.fake_asterisk.talk import Talk

PARK = "700"
FIRST_SLOT = 701
TIMEOUT_S = 120

Pairs = Iterator[tuple[str, str]]


class Parked:
    """One caller in his slot, and whoever picks him up. He never leaves the application that he was in."""

    def __init__(self, talk: Talk, slot: str) -> None:
        self.talk = talk
        self.slot = slot
        self.over = False
        self._by = talk.leg.device
        self._since = talk.switch.agenda.now
        self._bridge: Bridge
        self._leg: Channel | None = None

    @property
    def rings_somewhere(self) -> bool:
        """Whether somebody is picking him up already."""
        return self._leg is not None

    def begins(self) -> None:
        talk, switch = self.talk, self.talk.switch
        sent(talk, "cc-transfer", PARK)
        switch.leave(talk.caller)
        switch.say("ParkedCall", self.headers())
        switch.cel("PARK_START", talk.caller, {"parker_dial_string": self._by, "parking_lot": "default"})
        talk.truth.begins(talk.caller, "park", talk.caller.id)
        self._bridge = switch.bridge(HOLDING)
        switch.enter(self._bridge, talk.caller)
        switch.leave(talk.leg)
        switch.gone(talk.leg, 16)

    def headers(self) -> Pairs:
        yield from self.talk.caller.headers("Parkee")
        yield "ParkerDialString", self._by
        yield "Parkinglot", "default"
        yield "ParkingSpace", self.slot
        yield "ParkingTimeout", str(TIMEOUT_S)
        yield "ParkingDuration", str(int(self.talk.switch.agenda.now - self._since))

    def gives_up(self) -> None:
        """He hangs up where he waits."""
        talk, switch = self.talk, self.talk.switch
        self.over = talk.over = True
        switch.wants_to_hang_up(talk.caller)
        talk.truth.ends(talk.caller, "park", talk.caller.id, "caller_hung_up")
        switch.leave(talk.caller)
        switch.say("ParkedCallGiveUp", self.headers())
        switch.cel("PARK_END", talk.caller, {"reason": "ParkedCallGiveUp", "parker_dial_string": self._by})
        if self._leg is not None:
            talk.truth.ends(talk.caller, "ring", self._leg.id, "caller_gone")
            switch.dialled(None, self._leg, "CANCEL")
            switch.gone(self._leg, 0)
        talk.leaves_queue_unanswered()
        talk.call.leaves("answered", 16)

    # --- picked up

    def rings(self, member: Member, leg: str) -> None:
        """The telephone of who clicked rings, on a channel of this id."""
        talk, switch = self.talk, self.talk.switch
        seat = member.interface.partition("/")[2]
        one = self._leg = switch.channel(member.interface, seat, "cc-seat", "s", id=leg)
        one.display, one.linked = seat, one.id
        one.variables = {"CC_CALL": talk.caller.variables["CC_CALL"]}
        one.account = one.variables["CC_CALL"]
        one.app, one.data = "AppDial2", "(Outgoing Line)"
        switch.dial(None, one, seat)
        talk.truth.begins(talk.caller, "ring", one.id, who=member.name)
        switch.ringing(one)

    def answers(self, member: Member) -> None:
        talk, switch, leg = self.talk, self.talk.switch, self._leg
        assert leg is not None
        self.over = True
        retriever = (("RetrieverChannel", leg.name), ("RetrieverUniqueid", leg.id))
        switch.say("UnParkedCall", self.headers(), retriever)
        switch.cel("PARK_END", talk.caller, {"reason": "ParkedCallUnparked", "retriever": leg.name})
        switch.up(leg)
        switch.dialled(None, leg, "ANSWER")
        leg.context = "cc-agent-leg"
        switch.recorded(leg)
        leg.context, leg.exten = "cc-pick-up", self.slot
        talk.truth.ends(talk.caller, "park", talk.caller.id, "resumed")
        talk.truth.ends(talk.caller, "ring", leg.id, "answered")
        switch.leave(talk.caller)
        talk.bridge = switch.bridge()
        switch.enter(talk.bridge, talk.caller)
        switch.enter(talk.bridge, leg)
        talk.leg, talk.who, talk.queue, talk.kind, talk.busy = leg, member.name, None, "talk", False
        talk.truth.begins(talk.caller, "talk", leg.id, who=member.name)
