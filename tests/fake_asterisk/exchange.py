"""The whole fake: a switch with queues, callers and phones behind the manager interface."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from random import Random

from tests.fake_asterisk.agenda import Agenda
from tests.fake_asterisk.channel import Channel
from tests.fake_asterisk.clicking import LOOKS_S, OUTSIDE, RINGS_S, asks
from tests.fake_asterisk.clicks import Clicks
from tests.fake_asterisk.inbound import Inbound, Pace
from tests.fake_asterisk.moves import Asked, confer, hand_over, leaves_conference, send_on
from tests.fake_asterisk.people import Mix, Plan
from tests.fake_asterisk.placed import Placed
from tests.fake_asterisk.queues import Entry, Offer, Queues
from tests.fake_asterisk.server import Headers
from tests.fake_asterisk.switch import Switch, Tell
from tests.fake_asterisk.talk import Talk
from tests.fake_asterisk.truth import Truth
from tests.fake_asterisk.written import Written


@dataclass(frozen=True)
class Site:
    """Hotline -> the queue that its callers fall back to; the queues; how long a phone is rung (s)."""

    hotlines: Mapping[str, str]
    queues: tuple[str, ...]
    ring_s: float = 4.0


class Exchange:
    """Callers come by `comes` or, so many at once, by `keep_busy`; what they really did is in `truth`.

    Everything by chance hangs on `seed`. Events go to `tell`; with `written`, CEL and queue_log are written. A virtual clock is set by
    `agenda`.
    """

    def __init__(self, site: Site, mix: Mix, seed: int, tell: Tell, *, agenda: Agenda, pace: Pace, written: Written | None = None) -> None:
        self.site = site
        self.agenda = agenda
        self.truth = Truth(lambda: agenda.now)
        self.beat = 0.0
        self.live: dict[str, Inbound] = {}
        self.came = 0
        self.most = 0
        self._mix = mix
        self._pace = pace
        self._chance = Random(seed)
        self._plans: dict[str, Plan] = {}
        self._talks: dict[str, Talk] = {}
        self._placed: dict[str, Placed] = {}
        self.switch = Switch(agenda, tell, written, Random(seed + 1))
        self.queues = Queues(self.switch, self.truth, site.queues, site.ring_s, self._rings)
        self.globals: dict[str, str] = {}
        self.devices = {"PJSIP/trunk"}
        self.dialled: Counter[str] = Counter()
        """How often each number was dialled by Originate."""
        self.clicks = Clicks(agenda, self.queues, lambda: self.talks, self._draw, self._sent_on)
        self._wanted = 0
        self._stems = count()

    def _draw(self, way: str) -> float:
        return self._chance.uniform(*(self._mix.answer_s if way == "answer" else self._mix.patience_s))

    def seat(self, seat: str, *, reachable: bool = True) -> None:
        """There is a phone at this seat."""
        self.devices.add(f"PJSIP/{seat}")
        if not reachable:
            self.switch.unreachable.add(f"PJSIP/{seat}")

    @property
    def talks(self) -> list[Talk]:
        """Those that go on."""
        return [one for one in self._talks.values() if one.alive]

    # --- what the manager does

    def set_global(self, name: str, value: str) -> None:
        self.globals[name] = value
        if name == "CC_BEAT":
            self.beat = float(value)

    def hang_up(self, channel: Channel, cause: int) -> None:
        """Action Hangup, a moment later: it may be gone by then."""
        if channel.gone or self.clicks.hang_up(channel):
            return
        if (call := self.live.get(channel.id)) is not None:
            self._sent_away(call, cause)
        elif (placed := self._placed.get(channel.id)) is not None:
            placed.hung_up(channel, cause)

    def _sent_away(self, call: Inbound, cause: int) -> None:
        talk = self._talks.get(call.channel.id)
        if talk is not None and talk.alive:
            talk.caller_hangs_up()
        else:
            call.sent_away(cause)

    def originate(self, asked: Headers) -> None:
        """Action Originate: the seat is rung, then the number is dialled; who is parked is picked up; a colleague is asked."""
        if self.clicks.originate(asked):
            return
        self.dialled[asked["Exten"]] += 1
        one = Placed(self.switch, self.truth, asked)
        if asked["Channel"] in self.switch.unreachable:
            one.fails()
            return
        self._placed[one.rings()] = one
        self.agenda.after(0.3, one.seat_answers)
        self.agenda.after(0.8, one.far_answers)
        self.agenda.after(0.8 + self._chance.uniform(*self._mix.talk_s), one.seat_hangs_up)

    # --- who comes

    def comes(self, plan: Plan) -> Inbound:
        call = Inbound(self.switch, self.queues, self.truth, self._pace, self, lambda: self.beat, self._over)
        call.comes(plan.number, plan.hotline, self.site.hotlines[plan.hotline])
        self.live[call.channel.id] = call
        self._plans[call.channel.id] = plan
        self.came += 1
        self.most = max(self.most, len(self.live))
        return call

    def keep_busy(self, calls: int, every_s: float = 0.01) -> None:
        """From now on there are so many callers at once; one who leaves is followed by another, `every_s` apart at least. 0: no more."""
        growing = self._wanted
        self._wanted = calls
        if not growing and calls:
            self._fill(every_s)

    def restarts(self) -> None:
        """Asterisk is killed and started again: nobody is told anything, and only the queues' members are as they were."""
        for call in list(self.live.values()):
            call.cut_off()
        self.switch.start_again()
        self.queues.start_again()

    def rush(self, within_s: float) -> None:
        """Nobody comes any more, and everybody hangs up soon."""
        self.keep_busy(0)
        for call in self.live.values():
            self.agenda.after(self._chance.uniform(0, within_s), partial(self._hangs_up, call))

    def _hangs_up(self, call: Inbound) -> None:
        talk = self._talks.get(call.channel.id)
        if talk is not None and talk.alive and talk.busy:
            self.agenda.after(0.2, partial(self._hangs_up, call))
        elif talk is not None and talk.alive:
            talk.caller_hangs_up()
        else:
            call.hang_up()

    def _fill(self, every_s: float) -> None:
        if self._wanted > len(self.live):
            self.comes(self._mix.plan(self._chance, self.came))
        if self._wanted:
            self.agenda.after(every_s, lambda: self._fill(every_s))

    def _over(self, call: Inbound) -> None:
        self.live.pop(call.channel.id, None)
        self._plans.pop(call.channel.id, None)
        self._talks.pop(call.channel.id, None)

    # --- what callers do of themselves

    def asked(self, call: Inbound, timeout_s: float) -> None:
        plan = self._plans[call.channel.id]
        if plan.key_s is None or self._has_waited(call):
            self.agenda.after(0.5, call.hang_up)
        elif plan.key_s < timeout_s:
            self.agenda.after(plan.key_s, lambda: call.press("1"))
        else:
            self.agenda.after(timeout_s, call.presses_nothing)

    def _has_waited(self, call: Inbound) -> bool:
        return any(one.kind == "queue" for one in self.truth.of(call.channel).stretches)

    def queueing(self, call: Inbound, entry: Entry) -> None:
        def enough() -> None:
            if call.entry is entry and entry in self.queues.all[entry.queue].waiting:
                call.hang_up()

        self.agenda.after(self._plans[call.channel.id].patience_s, enough)

    # --- what phones do

    def _rings(self, offer: Offer) -> None:
        does = self._mix.answer(self._chance)
        if does.how == "refuses":
            self.agenda.after(0.002, lambda: None if offer.over else self.queues.refused(offer))
            return
        self.agenda.after(0.002, lambda: None if offer.over else self.queues.ringing(offer))
        if does.how == "answers":
            self.agenda.after(does.after_s, lambda: None if offer.over or self.switch.has_others(offer.leg) else self._talk(offer))

    def _talk(self, offer: Offer) -> None:
        call = self.live[offer.entry.channel.id]
        plan = self._plans[call.channel.id]
        talk = self._talks[call.channel.id] = Talk(self.switch, self.queues, self.truth, call, offer)
        if plan.hold is not None:
            at, length = plan.hold
            self.agenda.after(at, lambda: talk.hold() if talk.free else None)
            self.agenda.after(at + length, lambda: talk.unhold() if talk.alive and talk.kind == "hold" else None)
        if plan.then:
            self.agenda.after(0.3 * plan.talk_s, lambda: self._moves(talk, plan))
        if plan.click:
            self.agenda.after(0.3 * plan.talk_s, lambda: self._clicks(talk, plan))
        self.agenda.after(plan.talk_s, partial(self._ends, talk, plan))

    def _ends(self, talk: Talk, plan: Plan) -> None:
        if talk.alive and talk.busy:
            self.agenda.after(0.2, partial(self._ends, talk, plan))
        elif talk.alive:
            (talk.agent_hangs_up if plan.ends == "agent" else talk.caller_hangs_up)()

    # --- a talk is moved

    def _moves(self, talk: Talk, plan: Plan) -> None:
        member = self.queues.somebody_free(talk.offer.entry.queue) if talk.free else None
        if member is None:
            return
        talk.busy = True
        answer_s = self._chance.uniform(*self._mix.answer_s)
        if plan.then == "blind":
            asked = send_on(talk, member)
            self.agenda.after(answer_s, lambda: self._sent_on(asked))
            return
        asked = Asked(talk, member)
        asked.rings_for_phone()
        self.agenda.after(answer_s, lambda: self._consults(asked, plan))

    def _clicks(self, talk: Talk, plan: Plan) -> None:
        member = self.queues.somebody_free(talk.offer.entry.queue) if talk.free else None
        if member is not None:
            to = OUTSIDE if plan.click == "outside" else member.interface.partition("/")[2]
            stem = f"cc-{int(self.agenda.now * 1000)}-{next(self._stems)}"
            asks(self, talk, plan.click, to, stem, self._mix.answer_s[1] + 2 * RINGS_S, max(LOOKS_S, 0.2 * plan.talk_s))

    def _sent_on(self, asked: Asked) -> None:
        if not asked.talk.alive:
            return
        asked.answers(asked.talk.caller)
        asked.talk.bridge = asked.bridge
        asked.takes_over()
        asked.talk.busy = False

    def _consults(self, asked: Asked, plan: Plan) -> None:
        if not asked.talk.alive:
            return
        asked.answers(asked.first)
        asked.consults()
        self.agenda.after(0.2 * plan.talk_s, lambda: self._consulted(asked, plan))

    def _consulted(self, asked: Asked, plan: Plan) -> None:
        if not asked.talk.alive:
            return
        if plan.then == "given_up":
            asked.gives_up()
        elif plan.then == "attended":
            hand_over(asked)
        else:
            confer(asked)
            self.agenda.after(0.2 * plan.talk_s, lambda: self._conferred(asked))
            return
        asked.talk.busy = False

    def _conferred(self, asked: Asked) -> None:
        if not asked.talk.alive:
            return
        leaves_conference(asked)
        asked.talk.busy = False


@asynccontextmanager
async def at_work(exchange: Exchange) -> AsyncIterator[Exchange]:
    """The exchange by the real clock."""
    task = asyncio.create_task(exchange.agenda.run(), name="fake exchange")
    try:
        yield exchange
    finally:
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled() and (wrong := task.exception()) is not None:
            raise wrong


def written_in(data_dir: Path) -> Written:
    """CEL and queue_log where the Asterisk of an installation in `data_dir` writes them."""
    return Written(data_dir / "asterisk" / "log")
