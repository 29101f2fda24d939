"""A caller whom Asterisk has handed to our flow (AsyncAGI): say, ask, queue, record, until he is gone."""

from __future__ import annotations

import asyncio
import logging
import wave
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from callcenter.telephony import actions
from callcenter.telephony.ahead import NOTHING, Ahead, fitting, key_of, opening, tag_of, variables
from callcenter.telephony.fate import ActionRefused, Deadline, LinkLost, Sender
from callcenter.telephony.session import LEASE_S, HungUp, Session, look_at, result_of

__all__ = ["LEASE_S", "Deadline", "HungUp", "Line", "LinkLost"]

log = logging.getLogger(__name__)

PROMPT_S = 300.0
"""Longest that a prompt may take; how long it is nobody tells us beforehand."""
MOST_KEYS = 40
FILES_BYTES = 800
"""Bytes of file names in one command."""
ANSWERED = "CONTINUE"
"""QUEUESTATUS of a caller who goes on after an agent has hung up."""
SENT = "CC_SENT"
"""Channel variable: the place at which the caller is being sent into a queue or a talk."""
QUEUED = "CC_QUEUED"
"""Channel variable: the same place, set by the dialplan when he comes there. After our restart he is neither sent twice nor taken for one
who is back though he never went."""
PUT_THROUGH = "CC_PUT_THROUGH"
"""Channel variable: how ringing somebody for the flow ended, DIALSTATUS and the cause (Q.850)."""
REFUSED = "21"
KEYS = "CC_KEYS"
TELL_SOUND, FORGET_SOUND = "TALK_DETECT(set)", "TALK_DETECT(remove)"
"""Asterisk tells the first sound of a channel, or no more."""
QUIET_MS = "1"
"""As long as it is quiet before Asterisk takes it for silence. With more it takes the first moment of any call for sound."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question that Asterisk asks now, or when it comes to that: the variable for the keys, what Read is told, and the command."""

    variable: str
    question: str
    command: asyncio.Task[str]


class Line(Session):
    """One caller in a flow. Used by one task; each method raises HungUp when he is gone and LinkLost when the link went.

    After LinkLost the same caller comes back as a new Line with `place` set, once the link lives again. Files are absolute paths without
    extension. Keys that were pressed while nothing listened, or that interrupted a `say`, belong to the next `ask`.
    """

    def __init__(
        self, sender: Sender, leg: str, call: str, hotline: str, number: str, language: str, place: str | None, ids: Iterator[str]
    ) -> None:
        super().__init__(sender, leg, ids, resumed=place is not None)
        self.call = call
        self.hotline = hotline
        self.number = number
        self.language = language
        self.place = place
        self._resumed = place is not None
        self._onward: Asking | None = None
        self._word = ""
        self._queued = ""
        self._keys: list[str] = []
        self._silent = False

    # --- what a flow does

    async def say(self, files: Sequence[str]) -> str:
        """Play the files; returns the key that interrupted, or "". Keys that wait already keep it from being played."""
        for part in _parts(files):
            if self._keys:
                return self._keys[0]
            key = result_of(await self._command(actions.background(part), PROMPT_S))
            if key > 0:
                return chr(key)
        return ""

    async def say_whole(self, files: Sequence[str]) -> None:
        """Play the files to their end. Keys do not cut them: they wait for the next `ask`."""
        for part in _parts(files):
            await self._command(actions.playback(part), PROMPT_S)

    async def ask(self, files: Sequence[str], *, most: int, timeout_s: float, ahead: Mapping[str, Ahead] = NOTHING) -> str:
        """Play the files and collect up to `most` keys, each within `timeout_s`; `#` ends them. Returns "" when none came in time.

        `ahead`: what Asterisk asks at once when one of these keys is pressed. The caller hears it already when this returns the key: the
        next `ask` must be that one.
        """
        asking = await self._already(files, most, timeout_s)
        kept = 0
        if asking is None:
            parts = list(_parts(files)) or [()]
            for part in parts[:-1]:
                await self.say(part)
            kept = len(self._keys)
            if kept >= most or "#" in self._keys:
                return self._kept(most)
            last = () if kept else parts[-1]
            asking = self._begin(actions.question(last, most - kept, timeout_s), key_of(self._tag()) if ahead else KEYS)
        ways = fitting(ahead) if most == 1 else {}
        onward = self._prepare(asking.variable, ways) if ways else None
        await self._done(asking, PROMPT_S + most * timeout_s)
        if onward is not None and (key := await self._led_on(asking, onward, ways)):
            return key
        if len(self._keys) >= most or "#" in self._keys:
            return self._collected(kept, "", most)  # Asterisk cannot know of more, and the caller waits for the next prompt.
        status, keys = await asyncio.gather(self._variable("READSTATUS"), self._variable(asking.variable))
        if status == "HANGUP":
            raise HungUp(self.leg)
        return self._collected(kept, keys, most)

    async def queue(self, queue: str, timeout_s: int) -> str:
        """Wait in the queue and talk; returns "" when he was answered and is back, else QUEUESTATUS (TIMEOUT, FULL, JOINEMPTY …)."""
        await self._away(actions.gosub_queue(queue, timeout_s))
        status = await self._variable("QUEUESTATUS")
        return "" if status == ANSWERED else status

    async def sent_before(self) -> bool:
        """Whether he was sent into this very queue or talk before our restart, and may be there still."""
        return self._resumed and await self._variable(QUEUED) == (self.place or "-")

    async def put_through(self, to: str, timeout_s: int, *, outside: bool = False) -> str:
        """Ring a seat, or a number outside, and talk; returns answered, no_answer, busy or refused."""
        await self._away(actions.gosub_put_through(to, timeout_s, outside=outside))
        return _fate(await self._variable(PUT_THROUGH))

    async def record(self, file: str, *, most_s: int, silence_s: int) -> float:
        """Record to `file`.wav until `#`, silence or the limit; returns the seconds that are there (also 0)."""
        try:
            await self._command(actions.record(file, most_s, silence_s), most_s + 30.0)
        finally:
            self._keys.clear()
        return await asyncio.to_thread(seconds_of, Path(f"{file}.wav"))

    @property
    def silent(self) -> bool:
        """Whether he has pressed no key and made no sound since `tell_silence`. False when nobody can tell."""
        return self._silent

    async def tell_silence(self) -> None:
        """From now on `silent` tells whether anything came from him. An Asterisk without func_talkdetect takes nobody for silent."""
        self._silent = True
        try:
            await self._sender.act(actions.setvar(self.leg, TELL_SOUND, QUIET_MS))
        except (ActionRefused, Deadline) as wrong:
            self._silent = False
            log.warning("Call %s: whether he makes a sound cannot be told, he is not taken for silent: %s", self.call, wrong)

    def forget_keys(self) -> None:
        """What was pressed until now is meant for nothing that comes."""
        self._keys.clear()

    def mark(self, place: str) -> None:
        """Set where he is on the channel itself, so that it outlives us. Not waited for."""
        if self._queued:
            self._tell(actions.setvar(self.leg, QUEUED, ""))
            self._queued = ""
        self.place = place
        self._tell(actions.setvar(self.leg, "CC_AT", place))

    def speak(self, language: str) -> None:
        """The language of Asterisk's own prompts on this channel, and of what the dialplan says without us. Not waited for."""
        self.language = language
        self._tell(actions.setvar(self.leg, "CC_LANGUAGE", language))
        self._tell(actions.setvar(self.leg, "CHANNEL(language)", language))

    async def _away(self, command: str) -> None:
        """Send him where Asterisk keeps him without us, unless he was sent there before our restart; returns when he is back."""
        place, again = self.place or "-", await self.sent_before()
        self._resumed = False
        self.leased = False  # until the command is answered: then he is back
        if again:
            await self._command(actions.noop(), None)
        else:
            self._queued = place
            self._tell(actions.setvar(self.leg, SENT, place))
            self._tell(actions.setvar(self.leg, "QUEUESTATUS", ""))
            self._tell(actions.setvar(self.leg, PUT_THROUGH, ""))
            await self._command(command, None)
        self._keys.clear()

    # --- asking

    async def _already(self, files: Sequence[str], most: int, timeout_s: float) -> Asking | None:
        """What Asterisk went on to by itself, when it is this question. Another one is waited for: its keys belong to what comes."""
        onward, self._onward = self._onward, None
        if onward is None or onward.question == actions.question(files, most, timeout_s):
            return onward
        await self._done(onward, PROMPT_S)
        return None

    def _begin(self, question: str, variable: str) -> Asking:
        return Asking(variable, question, _started(self._command(actions.read(variable, question), None)))

    def _prepare(self, variable: str, ways: Mapping[str, Ahead]) -> Asking:
        """Have Asterisk ask what the key in `variable` leads to. The command stands behind the one that takes the key: it is in time."""
        then = self._tag()
        return Asking(key_of(then), "", _started(self._go_on(tag_of(variable), then, ways)))

    async def _go_on(self, tag: str, then: str, ways: Mapping[str, Ahead]) -> str:
        first = not self._word
        self._word = self._word or self._tag()
        for name, value in (*(opening(self._word) if first else ()), *variables(self._word, tag, ways)):
            self._tell(actions.setvar(self.leg, name, value))
        return await self._command(actions.read_next(tag, then), None)

    async def _led_on(self, asking: Asking, onward: Asking, ways: Mapping[str, Ahead]) -> str:
        """The key with which Asterisk went on by itself; '' when it did not."""
        if self._keys and ways.keys().isdisjoint(self._keys):
            return ""
        key = await self._variable(asking.variable)
        if key not in ways:
            return ""
        self._onward = replace(onward, question=ways[key].question)
        del self._keys[: self._keys.index(key) + 1 if key in self._keys else 0]
        return key

    async def _done(self, asking: Asking, deadline_s: float) -> None:
        try:
            async with asyncio.timeout(deadline_s):
                await asking.command
        except TimeoutError:
            raise Deadline("Read") from None

    def _tag(self) -> str:
        return next(self._ids).replace("-", "_")

    def _kept(self, most: int) -> str:
        """Keys that wait already."""
        text = "".join(self._keys).partition("#")[0][:most]
        del self._keys[: len(text) + (self._keys[len(text) : len(text) + 1] == ["#"])]
        return text

    def _collected(self, kept: int, own: str, most: int) -> str:
        """What was keyed: the keys as they were seen, for those pressed before Asterisk had picked up the command are not in its answer."""
        seen = "".join(self._keys)
        before = seen[:kept]
        self._keys.clear()
        text = seen.partition("#")[0]
        return (text if len(text) >= len(before + own) else before + own)[:most]

    # --- what the link tells

    def pressed(self, key: str) -> None:
        """A key from the caller. In a queue keys mean nothing to the flow."""
        self._silent = False
        if self.leased and len(self._keys) < MOST_KEYS:
            self._keys.append(key)

    def sounded(self) -> None:
        """He has made a sound."""
        self._silent = False


def _started(command: Coroutine[None, None, str]) -> asyncio.Task[str]:
    """A command that goes on while other things are done. That it failed is told to whoever waits for it, if anybody does."""
    task = asyncio.create_task(command)
    task.add_done_callback(look_at)
    return task


def _fate(told: str) -> str:
    """What came of ringing, from `NOANSWER-19`."""
    status, _, cause = told.partition("-")
    if status == "ANSWER":
        return "answered"
    if cause == REFUSED or status in ("", "CONGESTION"):
        return "refused"
    return "busy" if status == "BUSY" else "no_answer"


def _parts(files: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The files in as few commands as the length of a line allows."""
    part: tuple[str, ...] = ()
    for file in files:
        if part and len("&".join((*part, file)).encode()) > FILES_BYTES:
            yield part
            part = ()
        part = (*part, file)
    if part:
        yield part


def seconds_of(path: Path) -> float:
    """Seconds of sound in a WAV file; 0 when there is none."""
    try:
        with wave.open(str(path), "rb") as sound:
            return sound.getnframes() / sound.getframerate()
    except (OSError, EOFError, wave.Error):
        return 0.0
