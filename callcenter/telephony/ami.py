"""The link to Asterisk's manager interface: one connection at a time, a snapshot at each login, and a fate for every action."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

from callcenter.floor import events as ev
from callcenter.telephony import actions
from callcenter.telephony.actions import Action
from callcenter.telephony.connection import Connection
from callcenter.telephony.facts import OWN, written
from callcenter.telephony.fate import ActionRefused, Deadline, LinkLost
from callcenter.telephony.glance import Glance
from callcenter.telephony.lines import HEARD, Lines
from callcenter.telephony.snapshot import picture
from callcenter.telephony.tape import Tape
from callcenter.telephony.translate import RULES, Garbled, Marks, stamped, told
from callcenter.telephony.wire import HEAD, UNSTAMPED, Message, Torn, event_name, parse

log = logging.getLogger(__name__)

CONNECT_S = 5.0
ANSWER_S = 5.0
BOOT_S = 120.0
PING_EVERY_S = 2
PING_S = 3.0
"""A ping every 2 s with 3 s to be answered: a peer that went silent is noticed within 6 s."""
FIRST_RETRY_S = 0.5
LONGEST_RETRY_S = 10.0
MOST_HELD = 50_000
"""Events that may wait for the picture of a login."""
NEEDED = frozenset(
    {
        "AGI",
        "BlindTransfer",
        "CoreShowChannels",
        "DeviceStateList",
        "Getvar",
        "Hangup",
        "Originate",
        "QueueAdd",
        "QueuePause",
        "QueueRemove",
        "QueueStatus",
        "Redirect",
        "Setvar",
    }
)
"""Actions that the rights of our manager user must allow."""
FATES: dict[type[BaseException] | type[None], str] = {ActionRefused: "refused", Deadline: "unanswered", LinkLost: "cut_off"}
"""How a fate other than an answer is counted."""
FORGED = "an event is not as Asterisk writes it and is not believed: a caller's number held lines, or manager.conf lacks timestampevents"
SUBSCRIBED = {name.encode(): name for name in RULES.keys() | HEARD | {"FullyBooted"}}
"""The events that are read; of any other no more than its first line."""
ACTION_ID = b"\nActionID: "


Since = Callable[[int | None, int, ev.Snapshot, Collection[ev.Event]], Awaitable[Sequence[ev.Event]]]
"""What happened from when a live link last heard something (None: none was ever live) until a login, from another source; both are
Asterisk's ms. Beside it Asterisk's picture, and what it has told since the login.
"""

Rest = Callable[[ev.Snapshot], Awaitable[Sequence[ev.Event]]]
"""What a picture shows and nobody has told."""


async def _untold(last: int | None, until: int, seen: ev.Snapshot, held: Collection[ev.Event]) -> Sequence[ev.Event]:
    return ()


async def _clear(seen: ev.Snapshot) -> Sequence[ev.Event]:
    return ()


class Link:
    """Keeps the connection, puts what happens on the inbox, sends actions while it is live.

    `put` takes one event without waiting and may raise asyncio.QueueFull: then the link is dropped, and the snapshot of the next login
    tells what was missed. `since` is asked at each login for what happened while nobody listened; that is put first. `rest` is asked
    before the picture is put. `clock` gives seconds since the epoch.
    """

    def __init__(
        self,
        host: str,
        port: int,
        user: str,
        secret: str,
        put: Callable[[ev.Event], None],
        tape: Tape | None,
        lines: Lines,
        clock: Callable[[], float] = time.time,
        since: Since = _untold,
        rest: Rest = _clear,
    ) -> None:
        self.state = "lost"
        self.trouble = ""
        self.missing_rights: tuple[str, ...] = ()
        self.counts: Counter[str] = Counter()
        self._host = host
        self._port = port
        self._login = actions.login(user, secret)
        self._put = put
        self._tape = tape
        self._lines = lines
        self._clock = clock
        self._since = since
        self._rest = rest
        self._heard: int | None = None
        self._last: int | None = None
        self._held: deque[ev.Event] | None = None
        self._newer: list[ev.Event] | None = None
        self._marks: Marks = {}
        self._connection: Connection | None = None
        self._booted: asyncio.Future[int] | None = None
        self._asterisk_ahead = 0.0
        self._told = ""
        self._task: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Connect, and connect again, until cancelled or closed."""
        self._task = asyncio.current_task()
        retry_s = FIRST_RETRY_S
        while True:
            try:
                await self._live_once()
            except (OSError, LinkLost, Deadline, ActionRefused) as wrong:
                if self.state == "live":
                    self.counts["losses"] += 1
                    retry_s = FIRST_RETRY_S
                self._complain(f"{self.state}: {wrong or type(wrong).__name__}")
            finally:
                self._drop()
            await self._moved("lost")
            await asyncio.sleep(random.uniform(0.5, 1.0) * retry_s)
            retry_s = min(retry_s * 2, LONGEST_RETRY_S)

    async def close(self) -> None:
        """End `run` and the connection."""
        task, self._task = self._task, None
        if task is not None and not task.done():
            task.cancel()
            await asyncio.wait({task})
        self._drop()

    async def act(self, action: Action, deadline_s: float = ANSWER_S, behind: Action | None = None) -> list[Message]:
        """The answers, the response first and a list's items after it. `behind` is sent right after the action, as by `tell`.

        Raises ActionRefused; LinkLost when the link is not live or goes before the answer; Deadline; ValueError for a control character.
        """
        answer = self._send(self._living(), action, deadline_s)
        if behind is not None:
            self.tell(behind)
        return await answer

    def tell(self, action: Action) -> None:
        """Send without waiting; a refusal is logged. Raises LinkLost when the link is not live."""
        self._send(self._living(), action, ANSWER_S).add_done_callback(lambda answer: _look_at(action, answer))

    async def look(self) -> ev.Snapshot:
        """Asterisk's whole picture now. Raises ActionRefused, LinkLost, Deadline."""
        return await self._snapshot(self._living(), None)

    def correct(self, seen: ev.Snapshot) -> None:
        """Put a picture among the events, as at a login. Raises asyncio.QueueFull."""
        self._put(seen)
        if self._tape is not None:
            self._tape.note(seen.at, written(seen))

    @property
    def heard(self) -> int | None:
        """By Asterisk's clock (ms): what it told until then has been put. None before the first login."""
        return self._heard

    def asterisk_now(self) -> float:
        """Asterisk's clock, as the last ping told it (s)."""
        return self._clock() + self._asterisk_ahead

    # --- one connection, from greeting to loss

    async def _live_once(self) -> None:
        await self._moved("connecting")
        self._held, self._newer = deque(), []
        self._booted = asyncio.get_running_loop().create_future()
        async with asyncio.timeout(CONNECT_S):
            connection = self._connection = await Connection.open(self._host, self._port, self._receive)
        await self._moved("logging_in")
        await self._ask(connection, self._login, ANSWER_S)
        # By Asterisk's clock: however late its answers are read, what it told before is told.
        listening = await self._ping(connection)
        await self._moved("booting")
        uptime = await self._boot(connection)
        await self._moved("snapshot")
        await self._check_rights(connection)
        seen = await self._snapshot(connection, uptime)
        # What came since the login is told by itself, however late we came to see that we were logged in.
        until = min([listening, *(event.at for event in self._held)])
        for event in await self._since(self._last, until, seen, self._held):
            await self._tell(event)
        await self._release(listening)
        for event in (*await self._rest(seen), seen):
            await self._tell(event)
        await self._tell_newer()
        # What happened since the picture was taken is heard before the answer to this: a lease would tear apart who talks by now.
        await self._see_it_lives(connection)
        await self._moved("live")
        self.counts["logins"] += 1
        self.trouble = ""
        self._lines.serve(self, seen)
        await self._stay(connection)

    async def _boot(self, connection: Connection) -> int:
        assert self._booted is not None
        either: list[asyncio.Future[Any]] = [self._booted, connection.lost]
        until = asyncio.get_running_loop().time() + BOOT_S
        while asyncio.get_running_loop().time() < until:
            await asyncio.wait(either, timeout=PING_EVERY_S, return_when=asyncio.FIRST_COMPLETED)
            if self._booted.done():
                return self._booted.result()
            if connection.lost.done():
                raise LinkLost("the connection ended before Asterisk was fully booted")
            await self._see_it_lives(connection)
        raise Deadline("Asterisk did not say FullyBooted; the manager user needs read=system")

    async def _stay(self, connection: Connection) -> None:
        second = 0
        while not connection.lost.done():
            if second % PING_EVERY_S == 0:
                await self._see_it_lives(connection)
            self._lines.beat(second, int(self.asterisk_now()))
            second += 1
            await asyncio.wait({connection.lost}, timeout=1.0)
        raise LinkLost("the connection ended")

    async def _see_it_lives(self, connection: Connection) -> None:
        """Raise Deadline when Asterisk is silent. In a storm of events the answer to a ping may come late, and the link lives."""
        before = self.counts["messages"]
        try:
            await self._ping(connection)
        except Deadline:
            if self.counts["messages"] == before:
                raise

    async def _ping(self, connection: Connection) -> int:
        """Asterisk's time (ms) as it answered."""
        response, *_ = await self._ask(connection, actions.ping(), PING_S)
        now = self._clock()
        then = stamped(response, int(now * 1000))
        self._asterisk_ahead = then / 1000 - now
        if self._held is None:
            self._heard = then
        return then

    async def _snapshot(self, connection: Connection, uptime: int | None) -> ev.Snapshot:
        at = await self._ping(connection)
        channels = await self._ask(connection, actions.core_show_channels(), ANSWER_S)
        queues = await self._ask(connection, actions.queue_status(), ANSWER_S)
        devices = await self._ask(connection, actions.device_states(), ANSWER_S)
        seen = picture(at, channels, queues, devices, None if uptime is None else at - uptime * 1000)
        if seen.odd:
            log.warning("%d parts of Asterisk's picture cannot be read, the first: %s", len(seen.odd), seen.odd[0])
        return seen

    async def _check_rights(self, connection: Connection) -> None:
        response, *_ = await self._ask(connection, actions.list_commands(), ANSWER_S)
        self.missing_rights = tuple(sorted(name for name in NEEDED if name.lower() not in response))
        if self.missing_rights:
            log.error("Asterisk's manager user may not: %s", ", ".join(self.missing_rights))

    async def _ask(self, connection: Connection, action: Action, deadline_s: float) -> list[Message]:
        return await self._send(connection, action, deadline_s)

    def _send(self, connection: Connection, action: Action, deadline_s: float) -> asyncio.Future[list[Message]]:
        answer = connection.send(action, deadline_s)
        self.counts["actions"] += 1
        answer.add_done_callback(self._fate)
        return answer

    def _fate(self, answer: asyncio.Future[list[Message]]) -> None:
        """Count what became of an action; each has one of these within its deadline."""
        fate = "given_up" if answer.cancelled() else FATES.get(type(answer.exception()), "answered")
        self.counts[fate] += 1

    def _living(self) -> Connection:
        if self.state != "live" or self._connection is None:
            raise LinkLost(f"the link is {self.state}")
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
        if self.state == "live":
            # A login that comes to nothing ends no gap: what could not be read then is asked for again.
            self._last = self._heard
        self.state = "lost"
        self._lines.lost()
        self._marks.clear()
        self._held = self._newer = None

    async def _moved(self, state: str) -> None:
        if self._told != state:
            self._told = state
            await self._tell(ev.LinkChanged(int(self._clock() * 1000), state))
        self.state = state

    async def _tell(self, fact: ev.Event) -> None:
        """Put what no message of Asterisk's says, and have it on the tape too."""
        if self._tape is not None:
            self._tape.note(fact.at, written(fact))
        await self._deliver(fact)

    async def _deliver(self, event: ev.Event) -> None:
        """Put what must not be missed, however full the inbox is."""
        while True:
            try:
                return self._put(event)
            except asyncio.QueueFull:
                await asyncio.sleep(0.05)

    async def _release(self, since: int) -> None:
        """Put what came since the login (ms), in its order, and hold nothing back any more."""
        heard = since
        while self._held:
            event = self._held.popleft()
            await self._deliver(event)
            heard = event.at
        self._held, self._heard = None, heard

    async def _tell_newer(self) -> None:
        """Tell again what changed of seats and members since the login: the picture bears no times of what it shows of them."""
        newer, self._newer = self._newer or (), None
        for event in newer:
            await self._tell(event)

    def _take(self, event: ev.Event) -> None:
        """Raises asyncio.QueueFull."""
        if self._newer is not None and isinstance(event, ev.SeatChanged | ev.MemberChanged):
            self._newer.append(event)
        if self._held is None:
            self._put(event)
            # By its stamp: on a busy machine it is read seconds after Asterisk told it, and what comes behind it is lost with the link.
            self._heard = event.at
        elif len(self._held) < MOST_HELD:
            self._held.append(event)
        else:
            raise asyncio.QueueFull

    # --- what comes in: nothing here may raise

    def _receive(self, messages: Sequence[bytes]) -> None:
        """Take what one read brought."""
        at = int(self._clock() * 1000)
        self.counts["messages"] += len(messages)
        if self._tape is not None:
            self._tape.note_all(at, [raw for raw in messages if not raw.startswith(OWN)])
        for raw in messages:
            head = HEAD.match(raw)
            if head is None:
                self._read_unstamped(raw, at)
            elif (name := SUBSCRIBED.get(head[1])) is not None:
                self._happened(name, raw, int(head[2] + head[3]))

    def _read_unstamped(self, raw: bytes, at: int) -> None:
        """An answer, an item of a list, FullyBooted, or something forged: Asterisk stamps what it tells to everybody."""
        written = event_name(raw)
        if not written or ACTION_ID in raw:
            message = parse(raw)
            if self._connection is None or (not message.torn and self._connection.answered(message)):
                return
        name = SUBSCRIBED.get(written)
        if name is not None and written in UNSTAMPED:
            self._happened(name, raw, at)
        elif name is not None:
            self._count("forged", FORGED)

    def _happened(self, name: str, raw: bytes, at: int) -> None:
        try:
            message = Glance(raw)
            if name == "FullyBooted":
                self._booted_since(message.get("uptime", ""))
            elif name in HEARD:
                self._lines.receive(message)
            for event in told(name, message, at, self._marks):
                self._take(event)
        except Torn:
            self._count("forged", FORGED)
        except Garbled as wrong:
            self._count("garbled", str(wrong))
        except asyncio.QueueFull:
            self._count("overrun", "the inbox is full: the link is dropped, the next snapshot tells what was missed")
            if self._connection is not None:
                self._connection.close()

    def _booted_since(self, uptime: str) -> None:
        if self._booted is not None and not self._booted.done():
            self._booted.set_result(int(uptime[:10]) if uptime.isascii() and uptime.isdigit() else 0)

    def _count(self, what: str, why: str) -> None:
        if not self.counts[what]:
            log.warning("%s: %s", what, why)
        self.counts[what] += 1

    def _complain(self, why: str) -> None:
        if why != self.trouble:
            log.warning("the link to Asterisk: %s", why)
        self.trouble = why


def _look_at(action: Action, answer: asyncio.Future[list[Message]]) -> None:
    if not answer.cancelled() and isinstance(wrong := answer.exception(), ActionRefused):
        log.info("%s was refused: %s", action.name, wrong)
