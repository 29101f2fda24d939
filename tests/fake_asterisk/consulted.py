"""An agent asks a colleague by a click: the customer hears music, the two talk, one of them gets him. As the real one tells it."""

from __future__ import annotations

from tests.fake_asterisk.channel import UNKNOWN, Channel
from tests.fake_asterisk.queues import Member
from tests.fake_asterisk.server import Headers
from tests.fake_asterisk.switch import HOLDING, Bridge
from tests.fake_asterisk.talk import Talk

MUSIC = "Local/s@cc-music"


def roles(asked: Headers) -> dict[str, str]:
    """The channels that an Originate names."""
    return dict(part.partition("=")[::2] for part in asked["Variable"].split(","))


class Consult:
    """From the music on until the customer has somebody again. `agent` asks with the leg on which he had the customer."""

    def __init__(self, talk: Talk, music: str) -> None:
        self.talk = talk
        self.agent = talk.leg
        self.up = False
        self._music = music
        self._pair: tuple[Channel, Channel]
        self._member: Member
        self.asked: Channel | None = None

    def begins(self) -> None:
        """The music comes to the customer, and the agent goes where he hears it ring."""
        talk, switch = self.talk, self.talk.switch
        talk.busy = True
        one = switch.channel(MUSIC, UNKNOWN, "cc-music", "s", id=self._music, half=";1")
        two = switch.channel(MUSIC, UNKNOWN, "cc-music", "s", id=f"{self._music}-2", linked=self._music, ring=True, half=";2")
        self._pair = one, two
        for half in self._pair:
            half.account = half.variables["CC_CALL"] = talk.caller.variables["CC_CALL"]
        switch.dial(None, one, "s@cc-music/n")
        switch.up(two)
        switch.up(one)
        switch.dialled(None, one, "ANSWER")
        one.exten = "join"
        switch.enter(talk.bridge, one)
        talk.becomes("hold", "held")
        self.agent.context = "cc-asking"
        switch.leave(self.agent)
        switch.enter(switch.bridge(HOLDING), self.agent)

    def rings(self, member: Member, leg: str, shown: str) -> None:
        switch, seat = self.talk.switch, member.interface.partition("/")[2]
        self._member = member
        one = self.asked = switch.channel(member.interface, seat, "cc-seat", "s", id=leg)
        one.number = one.peer = shown
        one.account = one.variables["CC_CALL"] = self.talk.caller.variables["CC_CALL"]
        switch.dial(None, one, seat)
        self.talk.truth.begins(self.talk.caller, "ring", one.id, who=member.name)
        switch.ringing(one)

    def answers(self) -> None:
        talk, switch, asked = self.talk, self.talk.switch, self.asked
        assert asked is not None
        self.up = True
        switch.up(asked)
        switch.dialled(None, asked, "ANSWER")
        asked.context = "cc-asked"
        talk.truth.ends(talk.caller, "ring", asked.id, "answered")
        switch.leave(self.agent)
        together = switch.bridge()
        for leg, who in ((self.agent, talk.who), (asked, self._member.name)):
            switch.enter(together, leg)
            talk.truth.begins(talk.caller, "consult", leg.id, who=who)

    def hands_over(self) -> None:
        """Redirect of the two to cc-with and cc-left."""
        talk, asked = self.talk, self.asked
        assert asked is not None
        talk.ends("transferred")
        talk.truth.ends(talk.caller, "consult", self.agent.id, "transferred")
        talk.truth.ends(talk.caller, "consult", asked.id, "resumed")
        self._part(asked, self.agent)
        if talk.first:
            talk.queues.ended(talk.offer, "transfer")
        talk.leg, talk.who, talk.queue, talk.kind, talk.first = asked, self._member.name, None, "talk", False
        talk.truth.begins(talk.caller, "talk", asked.id, who=talk.who)
        talk.busy = False

    def is_taken_back(self) -> None:
        """Redirect of the two, the other way round."""
        talk, asked = self.talk, self.asked
        assert asked is not None
        for leg in (self.agent, asked):
            talk.truth.ends(talk.caller, "consult", leg.id, "agent_hung_up")
        self._part(self.agent, asked)
        talk.becomes("talk", "resumed")
        talk.busy = False

    def _part(self, stays: Channel, leaves: Channel) -> None:
        """One comes to the customer, the other one and the music go."""
        talk, switch = self.talk, self.talk.switch
        stays.context, leaves.context = "cc-with", "cc-left"
        switch.leave(leaves)
        switch.leave(stays)
        switch.soft(leaves)
        switch.say("MixMonitorStart", stays.headers())
        switch.leave(talk.caller)
        talk.bridge = self._together(talk.caller, stays)
        one, two = self._pair
        switch.leave(one)
        switch.gone(leaves, 16)
        switch.soft(one)
        switch.wants_to_hang_up(two)
        switch.gone(one, 16)
        switch.soft(two)
        switch.gone(two, 16)

    def _together(self, *legs: Channel) -> Bridge:
        bridge = self.talk.switch.bridge()
        for leg in legs:
            self.talk.switch.enter(bridge, leg)
        return bridge
