"""A caller and the agents whom he talks with: from the first answer until one of them hangs up."""

from __future__ import annotations

from tests.fake_asterisk.channel import Channel
from tests.fake_asterisk.inbound import Inbound
from tests.fake_asterisk.queues import Offer, Queues
from tests.fake_asterisk.switch import Switch
from tests.fake_asterisk.truth import Truth


class Talk:
    """`leg` is the agent's, `who` he is, `kind` what goes on between him and the caller (talk, hold, conference); `bridge` the caller's,
    `queue` the one that offered him to this agent.

    `outside`: it is none of ours who talks. `queueing`: Queue() still runs on the caller's channel, so that he goes on in his flow
    when the agent hangs up.
    """

    def __init__(self, switch: Switch, queues: Queues, truth: Truth, call: Inbound, offer: Offer) -> None:
        self.switch = switch
        self.queues = queues
        self.truth = truth
        self.call = call
        self.offer = offer
        self.over = False
        self.busy = False
        self.kind = "talk"
        self.leg: Channel = offer.leg
        self.who = offer.member.name
        self.queue: str | None = offer.entry.queue
        self.bridge = queues.answered(offer)
        self.queueing = True
        self.first = True
        self.outside = False

    @property
    def caller(self) -> Channel:
        return self.call.channel

    @property
    def alive(self) -> bool:
        return not self.over and not self.call.over

    @property
    def free(self) -> bool:
        """Whether an agent can do something with it, and nothing else is being done."""
        return self.alive and not self.busy and self.kind == "talk" and not self.outside

    def becomes(self, kind: str, reason: str) -> None:
        """What went on ends for this reason, and something else begins."""
        self.ends(reason)
        self.kind = kind
        self.truth.begins(self.caller, kind, self.leg.id, who=self.who, queue=self.queue)

    def ends(self, reason: str) -> None:
        self.truth.ends(self.caller, self.kind, self.leg.id, reason)

    def hold(self) -> None:
        """The agent's phone puts the caller on hold."""
        self.becomes("hold", "held")
        self.switch.hold(self.leg)

    def unhold(self) -> None:
        self.becomes("talk", "resumed")
        self.switch.unhold(self.leg)

    def caller_hangs_up(self) -> None:
        self.over = True
        self.switch.wants_to_hang_up(self.caller)
        self.ends("caller_hung_up")
        if self.first:
            self.queues.ended(self.offer, "caller")
        self.switch.leave(self.caller)
        self.switch.leave(self.leg)
        self.leg.hung_up_by = self.caller.name
        self._leaves_queue("")
        self.switch.gone(self.leg, 16)
        self.call.leaves("answered", 16)

    def agent_hangs_up(self) -> None:
        self.over = True
        self.switch.wants_to_hang_up(self.leg)
        self.ends("agent_hung_up")
        if self.first:
            self.queues.ended(self.offer, "agent")
        self.switch.leave(self.leg)
        self.switch.leave(self.caller)
        self.switch.gone(self.leg, 16)
        self.caller.hung_up_by = self.leg.name
        if self.queueing:
            self._leaves_queue("CONTINUE")
        else:
            # The dialplan has nothing more for who was transferred.
            self.switch.executed(self.caller)
            self.call.leaves("answered", 16)

    def leaves_queue_unanswered(self) -> None:
        """He is taken elsewhere: Queue() is over, and nothing comes after it."""
        self._leaves_queue("")

    def _leaves_queue(self, status: str) -> None:
        if self.queueing:
            self.queueing = False
            self.queues.finished(self.offer, status)
        elif not status:
            self.switch.executed(self.caller)
