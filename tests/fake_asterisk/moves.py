"""A talk is moved: transfers by the agent's phone (REFER), with and without asking first, and a conference. As the real one tells them."""

from __future__ import annotations

from collections.abc import Iterable

from tests.fake_asterisk.channel import Channel
from tests.fake_asterisk.queues import Member
from tests.fake_asterisk.switch import Bridge
from tests.fake_asterisk.talk import Talk

Headers = Iterable[tuple[str, str]]


class Asked:
    """The second agent, from his ringing on. `first` is who asked him, on a leg of his own when his phone dialled."""

    def __init__(self, talk: Talk, member: Member) -> None:
        self.talk = talk
        self.who = member.name
        self.seat = member.interface.partition("/")[2]
        self.leg: Channel
        self.first: Channel
        self.bridge: Bridge
        self.up = False

    # --- the ways to ring him

    def rings_for_caller(self) -> None:
        """Blind: the caller himself dials him."""
        caller = self.talk.caller
        self.talk.switch.execute(caller, "Dial", f"PJSIP/{self.seat},20,itkU(cc-agent-leg)")
        self._new(caller.linked or caller.id)
        self._ring(caller)

    def rings_for_phone(self) -> None:
        """The first agent's phone dials him on a second line, with the caller on hold."""
        talk = self.talk
        talk.hold()
        seat = talk.leg.device.partition("/")[2]
        one = self.first = talk.switch.channel(talk.leg.device, seat, "cc-seat", self.seat, ring=True)
        one.display, one.linked, one.account, one.dialled = seat, one.id, one.id, self.seat
        one.variables = {"CC_CALL": one.id}
        talk.switch.execute(one, "Dial", f"PJSIP/{self.seat},20,itkU(cc-agent-leg)")
        self._new(one.id)
        self._ring(one)

    def _new(self, linked: str) -> None:
        leg = self.leg = self.talk.switch.channel(f"PJSIP/{self.seat}", self.seat, "cc-seat", "s", linked=linked)
        leg.display = self.seat
        leg.app, leg.data = "AppDial", "(Outgoing Line)"

    def _ring(self, by: Channel) -> None:
        switch, leg = self.talk.switch, self.leg
        leg.exten, leg.account, leg.peer_account = self.seat, by.account, by.account
        leg.peer, leg.peer_display = by.number, by.display
        leg.variables = {"CC_CALL": by.variables["CC_CALL"], "CC_HOTLINE": by.variables.get("CC_HOTLINE", "")}
        switch.dial(by, leg, self.seat)
        self.talk.truth.begins(self.talk.caller, "ring", leg.id, who=self.who)
        by.peer = by.peer_display = self.seat
        switch.ringing(leg)
        switch.dial_state(by, leg, "RINGING")

    # --- what becomes of it

    def answers(self, by: Channel) -> None:
        """He answers; `by` is who dialled."""
        switch, leg = self.talk.switch, self.leg
        self.up = True
        switch.up(leg)
        leg.context, leg.exten = "cc-agent-leg", "s"
        switch.recorded(leg)
        leg.context, leg.exten = "cc-seat", ""
        switch.dialled(by, leg, "ANSWER")
        self.talk.truth.ends(self.talk.caller, "ring", leg.id, "answered")
        if not by.up:
            switch.up(by)
        self.bridge = switch.bridge()
        switch.enter(self.bridge, leg)
        switch.enter(self.bridge, by)

    def consults(self) -> None:
        for leg, who in ((self.first, self.talk.who), (self.leg, self.who)):
            self.talk.truth.begins(self.talk.caller, "consult", leg.id, who=who)

    def gives_up(self) -> None:
        """The first agent ends the consultation and goes back to the caller."""
        talk, switch = self.talk, self.talk.switch
        switch.wants_to_hang_up(self.first)
        for leg in (self.first, self.leg):
            talk.truth.ends(talk.caller, "consult", leg.id, "agent_hung_up")
        switch.leave(self.first)
        switch.leave(self.leg)
        self.leg.hung_up_by = self.first.name
        switch.gone(self.leg, 16)
        switch.executed(self.first)
        switch.gone(self.first, 16)
        talk.unhold()

    def takes_over(self) -> None:
        """The second agent talks with the caller from now on."""
        talk = self.talk
        talk.leg, talk.who, talk.queue, talk.kind, talk.first = self.leg, self.who, None, "talk", False
        talk.truth.begins(talk.caller, "talk", talk.leg.id, who=self.who)


def send_on(talk: Talk, member: Member) -> Asked:
    """Blind: the first agent is gone at once, and the second one's phone rings."""
    asked = Asked(talk, member)
    _lets_go(talk, "cc-transfer", asked.seat)
    asked.rings_for_caller()
    return asked


def send_to_queue(talk: Talk, queue: str) -> None:
    """Blind: the agent is gone at once, and the caller waits in another queue."""
    _lets_go(talk, "cc-to-queue", queue)
    talk.over = True
    talk.call.waits_again(queue)


def _lets_go(talk: Talk, context: str, to: str) -> None:
    switch, caller, leg = talk.switch, talk.caller, talk.leg
    sent(talk, context, to)
    caller.context, caller.exten = context, to
    switch.leave(caller)
    talk.leaves_queue_unanswered()
    switch.leave(leg)
    switch.gone(leg, 16)


def sent(talk: Talk, context: str, to: str) -> None:
    """What is said and written down when a caller is sent somewhere."""
    switch, caller, leg = talk.switch, talk.caller, talk.leg
    talk.ends("transferred")
    parties: Headers = (*leg.headers("Transferer"), *caller.headers("Transferee"), *talk.bridge.headers())
    where = (("IsExternal", "Yes"), ("Context", context), ("Extension", to))
    switch.say("BlindTransfer", (("Result", "Success"),), parties, where)
    told = {"extension": to, "context": context, "bridge_id": talk.bridge.id}
    named = {"transferee_channel_name": caller.name, "transferee_channel_uniqueid": caller.id}
    switch.cel("BLINDTRANSFER", leg, {**told, **named})
    talk.queues.log_transfer(talk.offer, "BLINDTRANSFER", to, context)
    talk.queues.ended(talk.offer, "transfer")
    talk.first = False


def hand_over(asked: Asked) -> None:
    """Attended: the first agent completes the transfer."""
    talk = asked.talk
    switch, caller, leg, second = talk.switch, talk.caller, talk.leg, asked.first
    switch.unhold(leg)
    switch.unhold(second)
    talk.ends("transferred")
    talk.truth.ends(caller, "consult", second.id, "transferred")
    talk.truth.ends(caller, "consult", asked.leg.id, "resumed")
    before = tuple(talk.bridge.headers("Orig")), tuple(asked.bridge.headers("Second"))
    switch.leave(asked.leg)
    switch.leave(leg)
    asked.leg.linked = caller.linked or caller.id
    switch.enter(talk.bridge, asked.leg, swap=leg.id)
    switch.soft(second, 1)
    parties: Headers = (*leg.headers("OrigTransferer"), *before[0], *second.headers("SecondTransferer"), *before[1])
    others: Headers = (*caller.headers("Transferee"), *asked.leg.headers("TransferTarget"))
    where = (("IsExternal", "No"), ("DestType", "Bridge"), ("DestBridgeUniqueid", talk.bridge.id))
    switch.say("AttendedTransfer", (("Result", "Success"),), parties, others, where)
    switch.cel("ATTENDEDTRANSFER", leg, _of_attended(asked))
    switch.leave(second)
    switch.recorded(asked.leg)
    talk.queues.log_transfer(talk.offer, "ATTENDEDTRANSFER", "BRIDGE", talk.bridge.id)
    talk.queues.ended(talk.offer, "transfer")
    switch.soft(second)
    switch.gone(leg, 16)
    switch.executed(second)
    switch.gone(second, 16)
    asked.takes_over()


def _of_attended(asked: Asked) -> dict[str, object]:
    talk = asked.talk
    bridges: dict[str, object] = {"bridge1_id": talk.bridge.id, "channel2_name": asked.first.name, "channel2_uniqueid": asked.first.id}
    bridges |= {"bridge2_id": asked.bridge.id, "transferee_channel_name": talk.caller.name, "transferee_channel_uniqueid": talk.caller.id}
    return bridges | {"transfer_target_channel_name": asked.leg.name, "transfer_target_channel_uniqueid": asked.leg.id}


def confer(asked: Asked) -> None:
    """Both agents come to the caller: the first with the leg on which he asked, his other one ends."""
    talk = asked.talk
    switch, second = talk.switch, asked.first
    switch.leave(asked.leg)
    asked.leg.linked = talk.caller.linked or talk.caller.id
    switch.unhold(talk.leg)
    switch.enter(talk.bridge, asked.leg)
    switch.leave(second)
    for leg in (second, asked.leg):
        talk.truth.ends(talk.caller, "consult", leg.id, "resumed")
    talk.becomes("conference", "resumed")
    talk.truth.begins(talk.caller, "conference", asked.leg.id, who=asked.who)
    switch.executed(second)
    switch.gone(second, 16)


def leaves_conference(asked: Asked) -> None:
    """The second agent hangs up; the other two go on."""
    talk, switch = asked.talk, asked.talk.switch
    switch.wants_to_hang_up(asked.leg, 16)
    talk.truth.ends(talk.caller, "conference", asked.leg.id, "agent_hung_up")
    talk.becomes("talk", "resumed")
    switch.leave(asked.leg)
    switch.gone(asked.leg, 16)
