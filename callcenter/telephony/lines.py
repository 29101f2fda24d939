"""All callers in flows: who they are, what is told to which, who is offered to the flow again after we were away."""

from __future__ import annotations

import asyncio
import itertools
import logging
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from callcenter.floor.events import SeenLeg, Snapshot
from callcenter.telephony import actions
from callcenter.telephony.ahead import place_of
from callcenter.telephony.fate import LinkLost, Sender
from callcenter.telephony.glance import Headers
from callcenter.telephony.line import FORGET_SOUND, Line
from callcenter.telephony.translate import caller_number, is_seat, seat_of

log = logging.getLogger(__name__)

HEARD = frozenset({"AsyncAGIStart", "AsyncAGIExec", "AsyncAGIEnd", "ChannelTalkingStart", "DTMFEnd", "Hangup"})
FLOW_CONTEXTS = frozenset({"cc-in", "cc-queue", "cc-put-through"})
AWAY_CONTEXTS = frozenset({"cc-queue", "cc-put-through"})
SITS_CONTEXT = "cc-outside-sits"
"""Where a seat waits for a word whether somebody sits there."""
ASKING_CONTEXTS = frozenset({"cc-outside", "cc-outside-seat", SITS_CONTEXT})
"""Where a leg waits for a word whether the number that it was sent to may be dialled."""
MOVED_CONTEXTS = frozenset({"cc-transfer", "cc-nobody", "cc-to-queue", "cc-left", "cc-park-back"})
"""Where a caller is whom an agent has sent on. Asterisk moves him inside the flow's command: he comes back to the flow afterwards."""
FALLBACK = "fallback"
LEASE_EVERY_S = 3


@dataclass(frozen=True, slots=True)
class Asking:
    """A leg that asks whether `number` outside may be dialled; '' asks whether somebody sits at its seat.

    `seat` dials it, '' for a caller whom somebody sends there; `call` is its mark, if it has one.
    """

    leg: str
    call: str
    number: str
    seat: str


class Lines:
    """The callers in flows, by leg. `on_line` is called for each, soon, and must start a task and return.

    Legs that only ask are answered here, by `may`.
    """

    def __init__(self, on_line: Callable[[Line], None], may: Callable[[Asking], bool] = lambda _: False) -> None:
        self._on_line = on_line
        self._may = may
        self._lines: dict[str, Line] = {}
        self._early: dict[str, Callable[[Sender], Line]] = {}
        self._asks: dict[str, Headers] = {}
        self._gone: set[str] = set()
        self._sender: Sender | None = None
        prefix = secrets.token_hex(4)
        self._ids = (f"cc-{prefix}-{n}" for n in itertools.count(1))

    def receive(self, message: Headers) -> None:
        """One message of those in HEARD. Raises Torn."""
        name = message["event"]
        leg = message.get("uniqueid", "")
        line = self._lines.get(leg)
        if name in ("AsyncAGIStart", "AsyncAGIEnd") and message.get("context", "") in ASKING_CONTEXTS:
            # Who asks may be a caller whose flow goes on afterwards.
            if name == "AsyncAGIStart":
                self._asked(leg, message)
            else:
                self._asks.pop(leg, None)
        elif name == "AsyncAGIStart":
            self._started(leg, message)
        elif name in ("AsyncAGIEnd", "Hangup"):
            self._early.pop(leg, None)
            self._asks.pop(leg, None)
            if self._sender is None:
                self._gone.add(leg)
            if self._lines.pop(leg, None) and line:
                line.ended()
        elif name == "ChannelTalkingStart":
            self._sounded(leg, line)
        elif line is None:
            return
        elif name == "AsyncAGIExec":
            line.answered(message.get("commandid", ""), message.get("result", ""))
        elif message.get("direction", "") == "Received":
            if line.silent:
                self._sounded(leg, line)
            line.pressed(message.get("digit", ""))

    def serve(self, sender: Sender, seen: Snapshot) -> None:
        """The link lives: offer those who came meanwhile, and those who were in a flow when they were seen and have not left it since."""
        self._sender = sender
        for leg, make in self._early.items():
            self._offer(make(sender), leg)
        self._early.clear()
        asks, self._asks = self._asks, {}
        for leg, message in asks.items():
            self._asked(leg, message)
        for one in in_flow(seen.legs):
            if one.leg not in self._lines and one.leg not in self._gone:
                self._offer(self._again(sender, one), one.leg)
        for one in sent_on(seen.legs):
            # Who waited for his way back went with the link: without this he would come back to silence.
            sender.tell(actions.agi(one.leg, actions.leave(), next(self._ids)))
        self._gone.clear()

    def lost(self) -> None:
        """The link is gone: nobody can be spoken to until the next snapshot."""
        self._sender = None
        lines, self._lines = self._lines, {}
        self._early.clear()
        self._asks.clear()
        self._gone.clear()
        for line in lines.values():
            line.lost()

    def beat(self, second: int, epoch: int) -> None:
        """Each second while the link lives: the heartbeat in Asterisk's own epoch (s), and every few the leases. Raises LinkLost."""
        if self._sender is None:
            return
        self._sender.tell(actions.setvar(None, "CC_BEAT", str(epoch)))
        if second % LEASE_EVERY_S == 0:
            for line in self._lines.values():
                line.renew()

    def _asked(self, leg: str, message: Headers) -> None:
        if self._sender is None:
            self._asks[leg] = message
            return
        exten = message.get("exten", "")
        number = "" if message.get("context", "") == SITS_CONTEXT else exten
        seat = asking_seat(message.get("channel", ""), message.get("calleridnum", ""))
        say = [actions.allow(exten)] if self._may(Asking(leg, message.variable("CC_CALL") or leg, number, seat)) else []
        try:
            for command in (*say, actions.go_on()):
                self._sender.tell(actions.agi(leg, command, next(self._ids)))
        except LinkLost:
            log.warning("leg %s asked whether it may dial and the link is gone: it may not", leg)

    def _sounded(self, leg: str, line: Line | None) -> None:
        """The first sound or key of a caller tells all that is asked of it: Asterisk need not listen on."""
        if line is not None:
            line.sounded()
        if self._sender is not None:
            # Without a link the next sound is told again.
            with suppress(LinkLost):
                self._sender.tell(actions.setvar(leg, FORGET_SOUND, ""))

    def _started(self, leg: str, message: Headers) -> None:
        make = partial(
            Line,
            leg=leg,
            call=message.variable("CC_CALL") or leg,
            hotline=message.variable("CC_HOTLINE") or message.get("exten", ""),
            number=caller_number(message.get("calleridnum", "")),
            language=message.get("language", ""),
            place=_place(message.variable("CC_AT")),
            ids=self._ids,
        )
        if self._sender is None:
            self._gone.discard(leg)
            self._early[leg] = make
        else:
            self._offer(make(self._sender), leg)

    def _offer(self, line: Line, leg: str) -> None:
        before = self._lines.get(leg)
        if before is not None:
            before.ended()
        self._lines[leg] = line
        asyncio.get_running_loop().call_soon(self._on_line, line)

    def _again(self, sender: Sender, seen: SeenLeg) -> Line:
        line = Line(
            sender,
            leg=seen.leg,
            call=seen.call or seen.leg,
            hotline=seen.hotline or seen.dialled,
            number=seen.number,
            language="",
            place=_place(seen.place),
            ids=self._ids,
        )
        if seen.context in AWAY_CONTEXTS:
            line.rest_lease()
        return line


def asking_seat(channel: str, shown: str) -> str:
    """Which seat dials on this channel; '' for a caller. What a seat asks first by its keys is a Local channel that shows its number."""
    if channel.startswith("Local/"):
        return shown
    return seat_of(channel) if is_seat(channel) else ""


def in_flow(legs: Iterable[SeenLeg]) -> list[SeenLeg]:
    """Whom Asterisk holds for our flow: waiting for a command, running one, or in the queue that the flow sent them to."""
    return [one for one in legs if one.call and one.context in FLOW_CONTEXTS and (one.place or one.app == "AGI") and one.place != FALLBACK]


def sent_on(legs: Iterable[SeenLeg]) -> list[SeenLeg]:
    """Callers whom an agent has sent on, and who may come back to a flow that nobody walks any more."""
    return [one for one in legs if one.call == one.leg and one.context in MOVED_CONTEXTS]


def _place(mark: str | None) -> str | None:
    return None if not mark or mark == FALLBACK else place_of(mark)
