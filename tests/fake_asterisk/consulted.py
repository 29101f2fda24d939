"""An agent asks somebody by a click: the customer hears music, the two talk, one of them or both get him. As the real one tells it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.fake_asterisk.channel import UNKNOWN, Channel
from tests.fake_asterisk.server import Headers
from tests.fake_asterisk.switch import HOLDING
from tests.fake_asterisk.talk import Talk

MUSIC = "Local/s@cc-music"
TRUNK = "PJSIP/trunk"


def roles(asked: Headers) -> dict[str, str]:
    """The channels that an Originate names."""
    return dict(part.partition("=")[::2] for part in asked["Variable"].split(","))


@dataclass(frozen=True)
class Whom:
    """Who is asked: an agent by his number, at his seat, or somebody outside by his. `device` is where he is rung, `text` how."""

    who: str
    device: str
    text: str

    @property
    def outside(self) -> bool:
        return self.device == TRUNK


class Consult:
    """From the music on until it is settled who has the customer. `agent` asks with the leg on which he had the customer.

    `number`: of somebody outside who is asked. `up`: who is asked has answered; `together`: all three talk.
    """

    def __init__(self, talk: Talk, music: str, asked: str, number: str) -> None:
        self.talk = talk
        self.agent = talk.leg
        self.up = False
        self.together = False
        self._pair = self._music(music)
        if number:
            talk.switch.cel("CC_ASKED", self._pair[1], {"extra": f"{asked}={number}"})
        self._whom: Whom
        self.asked: Channel | None = None

    def begins(self) -> None:
        """The music comes to the customer, and the agent goes where he hears it ring."""
        talk, switch = self.talk, self.talk.switch
        talk.busy = True
        switch.enter(talk.bridge, self._pair[0])
        talk.becomes("hold", "held")
        self.agent.context = "cc-asking"
        switch.leave(self.agent)
        switch.enter(switch.bridge(HOLDING), self.agent)

    def rings(self, whom: Whom, leg: str, shown: str) -> None:
        switch, seat = self.talk.switch, whom.device.partition("/")[2]
        self._whom = whom
        number, context = (UNKNOWN, "cc-in") if whom.outside else (seat, "cc-seat")
        one = self.asked = switch.channel(whom.device, number, context, "s", id=leg)
        one.number = one.peer = shown or UNKNOWN
        one.account = one.variables["CC_CALL"] = self.talk.caller.variables["CC_CALL"]
        switch.dial(None, one, whom.text)
        self.talk.truth.begins(self.talk.caller, "ring", one.id, who=whom.who)
        switch.ringing(one)

    def answers(self) -> None:
        """He comes to the agent; to the customer, when the agent has handed him over meanwhile."""
        talk, switch, asked = self.talk, self.talk.switch, self._there
        self.up = True
        switch.up(asked)
        switch.dialled(None, asked, "ANSWER")
        talk.truth.ends(talk.caller, "ring", asked.id, "answered")
        if self.agent.gone:
            self._begins_with(asked)
            self._to_customer(asked)
        else:
            self._consult()

    @property
    def music(self) -> str:
        """The id of its channel that is with the customer."""
        return self._pair[0].id

    @property
    def _there(self) -> Channel:
        assert self.asked is not None
        return self.asked

    def _consult(self) -> None:
        talk, switch, asked = self.talk, self.talk.switch, self._there
        asked.context = "cc-asked"
        switch.leave(self.agent)
        together = switch.bridge()
        for leg, who in ((self.agent, talk.who), (asked, self._whom.who)):
            switch.enter(together, leg)
            talk.truth.begins(talk.caller, "consult", leg.id, who=who)

    # --- one of them gets the customer

    def hands_over(self) -> None:
        """Redirect of the two to cc-with and cc-left."""
        talk, asked = self.talk, self._there
        talk.ends("transferred")
        self._consulted("transferred", "resumed")
        self._leaves(asked, self.agent)
        if talk.first:
            talk.queues.ended(talk.offer, "transfer")
        self._begins_with(asked)

    def hands_over_ringing(self) -> None:
        """Redirect of the agent alone to cc-left, before the answer."""
        talk, switch = self.talk, self.talk.switch
        talk.ends("transferred")
        self.agent.context = "cc-left"
        switch.leave(self.agent)
        switch.soft(self.agent)
        switch.gone(self.agent, 16)
        if talk.first:
            talk.queues.ended(talk.offer, "transfer")

    def is_taken_back(self) -> None:
        """Redirect of the two to cc-with and cc-left, the other way round."""
        self._consulted("agent_hung_up", "agent_hung_up")
        self._leaves(self.agent, self._there)
        self.talk.becomes("talk", "resumed")
        self.talk.busy = False

    def _begins_with(self, asked: Channel) -> None:
        talk = self.talk
        talk.leg, talk.who, talk.queue, talk.kind, talk.first = asked, self._whom.who, None, "talk", False
        talk.outside = self._whom.outside
        talk.truth.begins(talk.caller, "talk", asked.id, who=talk.who, outside=talk.outside)
        talk.busy = False

    def _consulted(self, agent: str, asked: str) -> None:
        """Their consultation ends for these reasons."""
        for leg, reason in ((self.agent, agent), (self._there, asked)):
            self.talk.truth.ends(self.talk.caller, "consult", leg.id, reason)

    def _leaves(self, stays: Channel, leaves: Channel) -> None:
        """One comes to the customer, the other one goes."""
        switch = self.talk.switch
        leaves.context = "cc-left"
        switch.leave(leaves)
        switch.leave(stays)
        switch.soft(leaves)
        switch.gone(leaves, 16)
        self._to_customer(stays)

    def _to_customer(self, stays: Channel) -> None:
        """He comes to the customer, and the music goes."""
        talk, switch = self.talk, self.talk.switch
        stays.context = "cc-with"
        switch.recorded(stays)
        switch.leave(talk.caller)
        talk.bridge = switch.bridge()
        switch.enter(talk.bridge, talk.caller)
        switch.enter(talk.bridge, stays)
        switch.recorded(stays)
        self.music_goes()

    # --- back and forth

    def goes_to_customer(self) -> None:
        """Redirect of the two to cc-with and cc-aside: who was asked waits."""
        switch, asked = self.talk.switch, self._there
        self._consulted("held", "held")
        asked.context = "cc-aside"
        switch.leave(asked)
        switch.leave(self.agent)
        self._to_customer(self.agent)
        self.talk.becomes("talk", "resumed")

    def goes_back(self, music: str) -> None:
        """New music for the customer; who was asked comes by a Redirect to cc-asked, see `joins`."""
        self._pair = self._music(music)
        self.begins()

    def joins(self) -> None:
        self._consult()

    # --- all three

    def come_together(self) -> None:
        """Redirect of both to cc-three. The music is there until it is hung up."""
        talk, switch, both = self.talk, self.talk.switch, (self.agent, self._there)
        for leg in both:
            leg.context = "cc-three"
            switch.leave(leg)
        for leg in both:
            switch.recorded(leg)
            switch.enter(talk.bridge, leg)
        self.together = True
        self._consulted("resumed", "resumed")
        talk.becomes("conference", "resumed")
        talk.truth.begins(talk.caller, "conference", both[1].id, who=self._whom.who, outside=self._whom.outside)

    def asked_leaves(self, *, by_himself: bool) -> None:
        """He hangs up, or is dropped; the other two go on."""
        talk, switch, asked = self.talk, self.talk.switch, self._there
        if by_himself:
            switch.wants_to_hang_up(asked, 16)
        talk.truth.ends(talk.caller, "conference", asked.id, "agent_hung_up")
        talk.becomes("talk", "resumed")
        switch.leave(asked)
        switch.recorded(self.agent)
        switch.soft(asked)
        switch.gone(asked, 16)
        talk.busy = False

    def agent_leaves(self) -> None:
        """The agent hangs up, and leaves the customer to whom he asked."""
        talk, switch = self.talk, self.talk.switch
        switch.wants_to_hang_up(self.agent, 16)
        talk.ends("agent_hung_up")
        talk.truth.ends(talk.caller, "conference", self._there.id, "resumed")
        if talk.first:
            talk.queues.ended(talk.offer, "agent")
        switch.leave(self.agent)
        switch.recorded(self._there)
        switch.soft(self.agent)
        switch.gone(self.agent, 16)
        self._begins_with(self._there)

    # --- the music

    def _music(self, music: str) -> tuple[Channel, Channel]:
        """A pair within Asterisk that is up."""
        switch = self.talk.switch
        one = switch.channel(MUSIC, UNKNOWN, "cc-music", "s", id=music, half=";1")
        two = switch.channel(MUSIC, UNKNOWN, "cc-music", "s", id=f"{music}-2", linked=music, ring=True, half=";2")
        for half in (one, two):
            half.account = half.variables["CC_CALL"] = self.talk.caller.variables["CC_CALL"]
        switch.dial(None, one, "s@cc-music/n")
        switch.up(two)
        switch.up(one)
        switch.dialled(None, one, "ANSWER")
        one.exten = "join"
        return one, two

    def music_goes(self) -> None:
        switch, (one, two) = self.talk.switch, self._pair
        switch.leave(one)
        switch.soft(one)
        switch.wants_to_hang_up(two)
        switch.gone(one, 16)
        switch.soft(two)
        switch.gone(two, 16)
