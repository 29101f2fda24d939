"""A channel that Asterisk holds for us (AsyncAGI): it runs one command after the other, under a lease, until he is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from urllib.parse import unquote

from callcenter.telephony import actions
from callcenter.telephony.ahead import VALID
from callcenter.telephony.fate import ActionRefused, Deadline, LinkLost, Sender

END_S = 1.0
"""How long after a command's -1 the end of the session may be told."""
LEASE_S = 18
"""How long a caller in a flow waits for the server before the fallback takes him, unless the server renews it."""


class HungUp(Exception):
    """The caller is gone, or the dialplan has taken him over."""


class Session:
    """Each method raises HungUp when he is gone and LinkLost when the link went. `resumed`: the channel was held before we came.

    `leased`: unless we renew it, the fallback takes him; not while he queues or talks.
    """

    def __init__(self, sender: Sender, leg: str, ids: Iterator[str], *, resumed: bool) -> None:
        self.leg = leg
        self.leased = True
        self._sender = sender
        self._ids = ids
        self._taken_over = resumed
        self._waiting: dict[str, asyncio.Future[str]] = {}
        self._ended = asyncio.Event()
        self._lost = False

    @property
    def is_over(self) -> bool:
        """Whether he is known to be gone, or taken over by the dialplan."""
        return self._ended.is_set()

    async def hang_up(self) -> None:
        """End the call. Quiet when he is gone already."""
        if self._ended.is_set():
            return
        try:
            await self._sender.act(actions.hangup(self.leg))
        except ActionRefused:
            self.ended()

    # --- what the link tells

    def answered(self, identifier: str, result: str) -> None:
        """A command's result has come (still URL-encoded)."""
        waiting = self._waiting.pop(identifier, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(unquote(result).strip())

    def ended(self) -> None:
        """He hung up, or the dialplan took over."""
        self._ended.set()
        self._fail(HungUp(self.leg))

    def lost(self) -> None:
        """The link is gone; the caller is not."""
        self._lost = True
        self._fail(LinkLost(self.leg))

    def renew(self) -> None:
        """Renew the lease; not in a queue or a talk, which it would tear apart."""
        if self.leased and not self._ended.is_set():
            self._sender.tell(self._lease())

    def rest_lease(self) -> None:
        """He is in a queue or a talk that began before we came: no lease until it is over."""
        self.leased = False

    # --- how it is done

    def _lease(self) -> actions.Action:
        return actions.setvar(self.leg, "TIMEOUT(absolute)", str(LEASE_S))

    def _fail(self, why: Exception) -> None:
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(why)
        self._waiting.clear()

    def _check(self) -> None:
        if self._ended.is_set():
            raise HungUp(self.leg)
        if self._lost:
            raise LinkLost(self.leg)

    def _tell(self, action: actions.Action) -> None:
        self._check()
        self._sender.tell(action)

    async def _variable(self, name: str) -> str:
        self._check()
        try:
            response, *_ = await self._sender.act(actions.getvar(self.leg, name))
        except ActionRefused:
            raise HungUp(self.leg) from None
        return response.get("value", "")

    async def _command(self, command: str, deadline_s: float | None) -> str:
        """Let the channel run a command; its result. No deadline while he queues or talks."""
        self._check()
        if self._taken_over:
            self._taken_over = False
            self._tell(actions.setvar(self.leg, VALID, ""))
        identifier = next(self._ids)
        result: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting[identifier] = result
        try:
            async with asyncio.timeout(deadline_s if self.leased else None):
                # The channel looks for its next command when a frame comes from the caller, or after 100 ms: a lease that is renewed
                # puts a frame there at once.
                await self._sender.act(actions.agi(self.leg, command, identifier), behind=self._lease() if self.leased else None)
                text = await result
        except ActionRefused:
            raise HungUp(self.leg) from None
        except TimeoutError:
            raise Deadline(command.partition(" ")[0]) from None
        finally:
            self._waiting.pop(identifier, None)
            look_at(result)
        if text == "HANGUP" or (result_of(text) < 0 and await self._ends()):
            raise HungUp(self.leg)
        self.leased = True
        return text

    async def _ends(self) -> bool:
        """Whether a -1 meant the end of the call, which is told right after it, and not an application that failed."""
        try:
            async with asyncio.timeout(END_S):
                await self._ended.wait()
        except TimeoutError:
            return False
        return True


def look_at(result: asyncio.Future[str]) -> None:
    """Where the end is told twice nobody waits for this one any more."""
    if result.done() and not result.cancelled():
        result.exception()


def result_of(text: str) -> int:
    """The number of the last line, `200 result=49 (…)`; -1 for what is no result."""
    value = text.rpartition("result=")[2].partition(" ")[0]
    return int(value) if value.removeprefix("-").isdigit() and value.isascii() else -1
