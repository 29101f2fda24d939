"""A caller's way through extensions.conf: cc-in, the flow by AsyncAGI, cc-queue, and cc-fallback when the server is away."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from tests.fake_asterisk.agenda import Planned
from tests.fake_asterisk.channel import Channel
from tests.fake_asterisk.queues import Entry, Queues
from tests.fake_asterisk.switch import Switch
from tests.fake_asterisk.truth import Truth

ABSENT_S = 3
MOST_ROUNDS = 3
MOVED_S = 300
"""The longest wait in a queue to which an agent has sent somebody."""
FOLLOWS = re.compile(r'EXEC Read "(\w+),\$\{CC_T\$\{CC_AHEAD\}_(\w+)_\$\{CC_K')
"""What is read into which variable after the question of which tag."""
TAKES_UP_S = 0.05
"""A command that comes while none runs is picked up so late at most."""


@dataclass(frozen=True)
class Pace:
    """How long things take (s): a test's day is short."""

    answer: float = 0.05
    prompt: float = 0.2
    lease: float = 18.0


@dataclass(frozen=True)
class Command:
    id: str
    text: str


class Behaviour(Protocol):
    """What a caller does of himself."""

    def asked(self, call: Inbound, timeout_s: float) -> None:
        """A menu waits for his keys."""

    def queueing(self, call: Inbound, entry: Entry) -> None:
        """He waits in a queue."""


class Inbound:
    """One caller from the trunk. `hang_up` whenever he likes; `bridged` and `parted` are told by the queue's talk."""

    def __init__(
        self,
        switch: Switch,
        queues: Queues,
        truth: Truth,
        pace: Pace,
        behaviour: Behaviour,
        beat: Callable[[], float],
        over: Callable[[Inbound], None],
    ) -> None:
        self.switch = switch
        self.truth = truth
        self.entry: Entry | None = None
        self.over = False
        self._queues = queues
        self._pace = pace
        self._behaviour = behaviour
        self._beat = beat
        self._gone = over
        self._commands: deque[Command] = deque()
        self._running: Command | None = None
        self._next: Planned | None = None
        self._lease: Planned | None = None
        self.in_flow = False
        self._hotline = ""
        self._fallback = ""
        self._rounds = 0
        self.channel: Channel

    # --- cc-in

    def comes(self, number: str, hotline: str, fallback: str, system: str = "") -> None:
        """He dials the hotline; `fallback` is its queue when the server is away."""
        switch = self.switch
        one = self.channel = switch.channel("PJSIP/trunk", number, "cc-in", hotline, ring=True)
        self._hotline, self._fallback = hotline, fallback
        one.linked = one.account = one.id
        one.dialled = hotline
        one.variables = {"CC_CALL": one.id, "CC_HOTLINE": hotline}
        one.priority = 8
        self.truth.call(one.id, "inbound", number, hotline, hotline)
        one.app = "Answer"
        switch.up(one)
        self._next = switch.agenda.after(self._pace.answer, self._beats)

    def _beats(self) -> None:
        self._rounds += 1
        if self.switch.agenda.now - self._beat() > ABSENT_S or self._rounds > MOST_ROUNDS:
            self._falls_back()
        else:
            self._flow()

    # --- the flow

    def _flow(self) -> None:
        one = self.channel
        self.in_flow = True
        one.context, one.exten, one.priority = "cc-in", self._hotline, 13
        self.switch.execute(one, "AGI", "agi:async")
        self.truth.begins(one, "ivr", one.id)
        self.switch.say("AsyncAGIStart", one.headers(), (("Env", _environment(one)),))
        self.lease(self._pace.lease)

    def lease(self, seconds: float) -> None:
        """TIMEOUT(absolute); 0 means none."""
        if self._lease is not None:
            self._lease.call_off()
        self._lease = self.switch.agenda.after(seconds, self._lease_ends) if seconds else None

    def _lease_ends(self) -> None:
        if self.over or self.entry is not None:
            return
        self._flow_ends("went_on")
        self._falls_back()

    def command(self, command: Command) -> None:
        """Action AGI."""
        self._commands.append(command)
        if self._running is None:
            self._next = self.switch.agenda.after(TAKES_UP_S / 2, self._take_up)

    def _take_up(self) -> None:
        if self.over or self._running is not None or not self._commands or not self.in_flow:
            return
        one = self._running = self._commands.popleft()
        if one.text.startswith("GOSUB cc-queue"):
            queue, seconds = one.text.rpartition(" ")[2].split(",")
            self.channel.variables["CC_QUEUED"] = self.channel.variables.get("CC_SENT", "")
            self._enter(queue, float(seconds), f"{queue},ci,,,{seconds},,cc-agent-leg", goes_on=True)
        elif following := FOLLOWS.match(one.text):
            self._goes_on(*following.groups())
        elif one.text.startswith("EXEC "):
            self._execute(one.text.removeprefix("EXEC "))
        else:
            self._done("200 result=0")

    def _goes_on(self, then: str, tag: str) -> None:
        """What Read is told by what the key led to, when it leads to a question."""
        known = self.channel.variables
        way = f"CC_T{known.get('CC_AHEAD', '')}_{tag}_{known.get(f'CC_K{tag}', '')}"
        if not known.get(way):
            self._done("200 result=0")
            return
        name, _, place = f"CC_{known[f'{way}_AT']}=".partition("=")
        known[name] = place
        self._execute(f"Read {then},{known[way]}")

    def _execute(self, text: str) -> None:
        app, _, data = text.partition(" ")
        one = self.channel
        self.switch.executed(one)
        one.app, one.data = ("BackGround" if app == "Background" else app), data.strip('"')
        self.switch.cel("STREAM_BEGIN", one, {"sound": one.data.partition("&")[0], "format": "slin", "language": one.language})
        if app == "Read":
            self._reads(one.data)
        else:
            self._next = self.switch.agenda.after(self._pace.prompt, lambda: self._played("200 result=0"))

    def _reads(self, data: str) -> None:
        variable, _files, _most, *_, timeout = data.split(",")
        self.channel.variables |= {variable: "", "READSTATUS": "TIMEOUT"}
        self._behaviour.asked(self, float(timeout))

    def press(self, key: str) -> None:
        """He presses a key that a menu waits for."""
        if self._running is None or self.channel.app != "Read":
            return
        self.switch.pressed(self.channel, key)
        self.channel.variables |= {self.channel.data.partition(",")[0]: key, "READSTATUS": "OK"}
        self._played("200 result=0")

    def presses_nothing(self) -> None:
        if self._running is not None and self.channel.app == "Read":
            self._played("200 result=0")

    def _played(self, result: str) -> None:
        if self.over or self._running is None:
            return
        self.switch.cel("STREAM_END", self.channel)
        self.switch.execute(self.channel, "AGI", "agi:async")
        self._done(result)

    def _done(self, result: str) -> None:
        """The running command has its answer."""
        running, self._running = self._running, None
        assert running is not None
        told = (("Result", quote(f"{result}\n", safe="/()")), ("CommandId", running.id))
        self.switch.say("AsyncAGIExec", self.channel.headers(), told)
        self._next = self.switch.agenda.after(TAKES_UP_S / 2, self._take_up)

    def _flow_ends(self, reason: str, result: str = "") -> None:
        self.in_flow = False
        if self._running is not None and self._running.text.startswith("EXEC"):
            self.switch.cel("STREAM_END", self.channel)
        if self._running is not None:
            self.switch.execute(self.channel, "AGI", "agi:async")
        self.switch.executed(self.channel)
        if result and self._running is not None:
            self._done(result)
        self._running = None
        self._commands.clear()
        if any(one.kind == "ivr" for one in self.truth.open(self.channel)):
            self.truth.ends(self.channel, "ivr", self.channel.id, reason)
        self.switch.say("AsyncAGIEnd", self.channel.headers())

    # --- the queue

    def _enter(self, queue: str, limit_s: float, data: str, *, goes_on: bool) -> None:
        one = self.channel
        self.lease(0)
        if self.in_flow:
            self.switch.executed(one)
            one.context, one.exten, one.priority = "cc-queue", "s", 3
            self.truth.ends(one, "ivr", one.id, "went_on")
        one.variables["QUEUESTATUS"] = ""
        self.entry = self._queues.join(one, queue, limit_s, goes_on=goes_on, data=data, left=self._left)
        self._behaviour.queueing(self, self.entry)

    def _left(self, status: str) -> None:
        """Queue() has ended; '' when he hung up or was moved elsewhere."""
        self.entry = None
        if not status:
            return
        self.channel.variables["QUEUESTATUS"] = status
        if not self.in_flow:
            self._ends("answered" if status == "CONTINUE" else "queue_timeout")
            return
        self.channel.context, self.channel.exten, self.channel.priority = "cc-in", self._hotline, 13
        self.lease(self._pace.lease)
        self.switch.execute(self.channel, "AGI", "agi:async")
        self.truth.begins(self.channel, "ivr", self.channel.id)
        self._done("100 result=0 Trying...\n200 result=0 Gosub complete")

    # --- cc-to-queue

    def waits_again(self, queue: str) -> None:
        """An agent has sent him to this queue."""
        self.channel.variables |= {"CC_AT": "", "QUEUESTATUS": ""}
        data = f"{queue},citk,,,{MOVED_S},,cc-agent-leg"
        self.entry = self._queues.join(self.channel, queue, MOVED_S, goes_on=False, data=data, left=self._served)
        self._behaviour.queueing(self, self.entry)

    def _served(self, status: str) -> None:
        self.entry = None
        if status:
            self.leaves("answered", 16)

    # --- the end

    def hang_up(self) -> None:
        """He hangs up where he is; not while he talks: that is the talk's to tell."""
        if self.over:
            return
        self.switch.wants_to_hang_up(self.channel)
        if self.entry is not None:
            ringing = self.entry.offer is not None
            self._queues.gave_up(self.entry)
            self.leaves("answered" if self.truth.of(self.channel).agents else "abandoned_ring" if ringing else "abandoned_queue")
        else:
            self.leaves("answered" if self.truth.of(self.channel).agents else "abandoned_ivr")

    def leaves(self, exit: str, cause: int = 0) -> None:
        """What comes of it when he is gone, wherever he was."""
        if self.in_flow:
            queued = self._running is not None and self._running.text.startswith("GOSUB")
            self._flow_ends("hung_up", "100 result=0 Trying...\n200 result=0 Gosub complete (abnormal exit)" if queued else "200 result=0")
            self.channel.context, self.channel.exten, self.channel.priority = "cc-in", self._hotline, 13
        self.switch.soft(self.channel)
        self._is_gone(exit, cause)

    def sent_away(self, cause: int) -> None:
        """Action Hangup: the server ends the call."""
        if self.over:
            return
        self.switch.soft(self.channel, 32)
        if self.entry is not None:
            self._queues.gave_up(self.entry)
        # A flow of the tests sends nobody away but those whom nobody can serve.
        exit = "answered" if self.truth.of(self.channel).agents else "no_agent"
        if self.in_flow:
            self._flow_ends("ended", "200 result=1")
        self.switch.soft(self.channel)
        self._is_gone(exit, cause)

    def _ends(self, exit: str) -> None:
        """The dialplan hangs up."""
        self.switch.soft(self.channel)
        self._is_gone(exit, 16)

    def _is_gone(self, exit: str, cause: int) -> None:
        self._stops()
        self.channel.app = self.channel.data = ""
        self.truth.over(self.channel, exit)
        self.switch.gone(self.channel, cause)
        self._gone(self)

    def cut_off(self) -> None:
        """Asterisk is killed under him."""
        self._stops()
        self.in_flow = False
        self._commands.clear()
        self._running = None
        for one in self.truth.open(self.channel):
            one.ended, one.reason = self.truth.now, "lost_sight"
        self.truth.over(self.channel, "answered" if self.truth.of(self.channel).agents else "lost_sight")
        self.channel.gone = True
        self._gone(self)

    def _stops(self) -> None:
        """Nothing more is done with him."""
        self.over = True
        self.lease(0)
        if self._next is not None:
            self._next.call_off()

    # --- cc-fallback

    def _falls_back(self) -> None:
        one = self.channel
        self.lease(0)
        one.context, one.exten, one.priority = "cc-fallback", "s", 4
        one.variables["CC_AT"] = "fallback"
        one.app, one.data = "Playback", "fallback_welcome"
        self._next = self.switch.agenda.after(self._pace.prompt, self._into_fallback)

    def _into_fallback(self) -> None:
        if not self.over:
            self._enter(self._fallback, 300, f"{self._fallback},i,,,300,,cc-agent-leg", goes_on=False)


def _environment(one: Channel) -> str:
    told = {"request": "async", "channel": one.name, "language": one.language, "type": "PJSIP", "uniqueid": one.id, "version": "22.10.1"}
    told |= {"callerid": one.number, "calleridname": "unknown", "dnid": one.exten, "context": one.context, "extension": one.exten}
    return quote("".join(f"agi_{key}: {value}\n" for key, value in told.items()) + "\n", safe="")
