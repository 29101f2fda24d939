"""A caller and an agent whom the queue has bridged, and what they do."""

from __future__ import annotations

from tests.fake_asterisk.inbound import Inbound
from tests.fake_asterisk.queues import Offer, Queues
from tests.fake_asterisk.switch import Switch
from tests.fake_asterisk.truth import Truth


class Talk:
    """From the answer until one of them hangs up."""

    def __init__(self, switch: Switch, queues: Queues, truth: Truth, call: Inbound, offer: Offer) -> None:
        self.over = False
        self._switch = switch
        self._queues = queues
        self._truth = truth
        self._call = call
        self._offer = offer
        self._kind = "talk"
        self._bridge = queues.answered(offer)

    @property
    def alive(self) -> bool:
        return not self.over and not self._call.over

    def hold(self) -> None:
        """The agent's phone puts the caller on hold."""
        self._turns("hold", "held")
        self._switch.hold(self._offer.leg)

    def unhold(self) -> None:
        self._turns("talk", "resumed")
        self._switch.unhold(self._offer.leg)

    def _turns(self, kind: str, reason: str) -> None:
        leg = self._offer.leg
        self._truth.ends(self._call.channel, self._kind, leg.id, reason)
        self._kind = kind
        member = self._offer.member
        self._truth.begins(self._call.channel, kind, leg.id, who=member.name, queue=member.queue)

    def caller_hangs_up(self) -> None:
        caller, leg = self._call.channel, self._offer.leg
        self.over = True
        self._switch.wants_to_hang_up(caller)
        self._truth.ends(caller, self._kind, leg.id, "caller_hung_up")
        self._queues.ended(self._offer, "caller")
        self._switch.leave(caller)
        self._switch.leave(leg)
        leg.hung_up_by = caller.name
        self._queues.finished(self._offer, "")
        self._switch.gone(leg, 16)
        self._call.leaves("answered", 16)

    def agent_hangs_up(self) -> None:
        caller, leg = self._call.channel, self._offer.leg
        self.over = True
        self._switch.wants_to_hang_up(leg)
        self._truth.ends(caller, self._kind, leg.id, "agent_hung_up")
        self._queues.ended(self._offer, "agent")
        self._switch.leave(leg)
        self._switch.leave(caller)
        self._switch.gone(leg, 16)
        caller.hung_up_by = leg.name
        self._queues.finished(self._offer, "CONTINUE")
