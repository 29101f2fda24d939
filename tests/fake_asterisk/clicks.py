"""What the manager's actions make of talks that go on: customers sent on, parked, picked up, asked about."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from tests.fake_asterisk.agenda import Agenda
from tests.fake_asterisk.channel import Channel
from tests.fake_asterisk.consulted import TRUNK, Consult, Whom, roles
from tests.fake_asterisk.moves import Asked, send_on, send_to_queue
from tests.fake_asterisk.parked import FIRST_SLOT, PARK, Parked
from tests.fake_asterisk.queues import Member, Queues
from tests.fake_asterisk.server import Headers
from tests.fake_asterisk.talk import Talk


class Clicks:
    """`draw` tells how long a thing takes (s): an answer, a patience. `sent_on` is told when whom a customer was sent to should answer.

    `parked`: who is parked, by his slot. `asked`: how often a move was asked for each leg, whether anything came of it or not.
    """

    def __init__(
        self,
        agenda: Agenda,
        queues: Queues,
        talks: Callable[[], Sequence[Talk]],
        draw: Callable[[str], float],
        sent_on: Callable[[Asked], None],
    ) -> None:
        self.parked: dict[str, Parked] = {}
        self.asked: Counter[str] = Counter()
        self._agenda = agenda
        self._queues = queues
        self._talks = talks
        self._draw = draw
        self._sent_on = sent_on
        self._consults: dict[str, Consult] = {}

    # --- the actions

    def originate(self, asked: Headers) -> bool:
        """Whether it was one of those that a click makes: the music, who is asked, who picks up."""
        does = {"cc-pick-up": self._picks_up, "cc-music": self._asks, "cc-asked": self._is_asked}.get(asked["Context"])
        if does is not None:
            does(asked)
        return does is not None

    def blind_transfer(self, leg: Channel, context: str, to: str) -> str:
        """Whoever talks with this leg is sent to a seat, a queue or the park. '' or why not, in Asterisk's words."""
        talk = self._free(lambda one: one.leg is leg)
        member = self._queues.at(to) if context == "cc-transfer" else None
        if talk is not None and (context, to) == ("cc-transfer", PARK):
            self._parks(talk)
        elif talk is not None and context == "cc-to-queue" and to in self._queues.all:
            send_to_queue(talk, to)
        elif talk is not None and member is not None:
            self._sends(talk, member)
        else:
            return "Transfer invalid"
        return ""

    def redirect(self, asked: Headers) -> str:
        """An agent, and whom he asked, are sent where the dialplan of consultations says. '' or why not."""
        legs, contexts = (asked["Channel"], asked.get("ExtraChannel")), (asked["Context"], asked.get("ExtraContext"))
        one = next((one for one in self._consults.values() if one.asked and {one.agent.id, one.asked.id} >= set(legs) - {None}), None)
        does = None if one is None or one.asked is None else self._moves(one, one.asked.id, legs[0]).get((one.up, *contexts))
        if does is None:
            return "Redirect failed"
        does()
        self._settled()
        return ""

    def _moves(self, one: Consult, asked: str, leg: str) -> Mapping[tuple[bool, str, str | None], Callable[[], None]]:
        """What a Redirect of this leg can do: has he answered, where it goes, where the other one goes."""
        if leg == asked:
            return {(True, "cc-with", "cc-left"): one.hands_over, (True, "cc-asked", None): one.joins}
        return {
            (True, "cc-with", "cc-left"): one.is_taken_back,
            (True, "cc-with", "cc-aside"): one.goes_to_customer,
            (True, "cc-three", "cc-three"): one.come_together,
            (False, "cc-left", None): one.hands_over_ringing,
        }

    def hang_up(self, leg: Channel) -> bool:
        """Whether it was of a consultation: the music when all three have come together, or whom the agent drops."""
        for one in self._consults.values():
            if one.together and leg.id == one.music:
                one.music_goes()
                return True
            if one.together and leg is one.asked:
                one.asked_leaves(by_himself=False)
                self._settled()
                return True
        return False

    def leaves(self, leg: Channel) -> None:
        """Who is in a conference made by clicks hangs up himself: an agent or whom he asked."""
        for one in self._consults.values():
            if one.together and leg is one.asked:
                one.asked_leaves(by_himself=True)
            elif one.together and leg is one.agent:
                one.agent_leaves()
        self._settled()

    def _settled(self) -> None:
        self._consults = {id: one for id, one in self._consults.items() if one.talk.busy}

    def _free(self, fits: Callable[[Talk], bool]) -> Talk | None:
        return next((one for one in self._talks() if one.free and fits(one)), None)

    # --- what comes of them

    def _sends(self, talk: Talk, member: Member) -> None:
        talk.busy = True
        asked = send_on(talk, member)
        self._agenda.after(self._draw("answer"), lambda: self._sent_on(asked))

    def _asks(self, asked: Headers) -> None:
        named = roles(asked)
        again = self._consults.get(named["CC_ASKED"])
        if again is not None:
            again.goes_back(asked["ChannelId"])
            return
        talk = self._free(lambda one: (one.caller.id, one.leg.id) == (named["CC_HELD"], named["CC_AGENT"]))
        if talk is not None:
            consult = self._consults[named["CC_ASKED"]] = Consult(talk, asked["ChannelId"], named["CC_ASKED"], named.get("CC_NUMBER", ""))
            consult.begins()

    def _is_asked(self, asked: Headers) -> None:
        one, whom = self._consults.get(asked["ChannelId"]), self._whom(asked["Channel"].partition("/")[2])
        if one is not None and whom is not None:
            one.rings(whom, asked["ChannelId"], asked.get("CallerID", "").partition(" ")[0])
            self._agenda.after(self._draw("answer"), lambda: self._answers(one))

    def _whom(self, to: str) -> Whom | None:
        number, at, _ = to.partition("@")
        if at:
            return Whom(number, TRUNK, to)
        member = self._queues.at(to)
        return None if member is None else Whom(member.name, member.interface, to)

    def _answers(self, one: Consult) -> None:
        if one.talk.alive:
            one.answers()
            self._settled()

    def _parks(self, talk: Talk) -> None:
        slot = next(slot for slot in map(str, itertools.count(FIRST_SLOT)) if slot not in self.parked)
        one = self.parked[slot] = Parked(talk, slot)
        talk.busy = True
        one.begins()
        self._agenda.after(self._draw("patience"), lambda: self._had_enough(one))

    def _had_enough(self, one: Parked) -> None:
        if not one.over and not one.talk.call.over:
            del self.parked[one.slot]
            one.gives_up()

    def _picks_up(self, asked: Headers) -> None:
        one, member = self.parked.get(asked["Exten"]), self._queues.at(asked["Channel"].partition("/")[2])
        if one is not None and member is not None and not one.rings_somewhere:
            one.rings(member, asked["ChannelId"])
            self._agenda.after(self._draw("answer"), lambda: self._picked_up(one, member))

    def _picked_up(self, one: Parked, member: Member) -> None:
        if not one.over:
            del self.parked[one.slot]
            one.answers(member)
