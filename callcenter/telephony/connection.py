"""One connection to the manager interface: panoramisk's manager and actions, with reading and answering of our own.

Nothing is kept from one connection to the next, so nothing is ever sent a second time.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Sequence
from typing import Any

from panoramisk import Manager
from panoramisk.actions import Action as Sent
from panoramisk.ami_protocol import AMIProtocol

from callcenter.telephony.actions import Action
from callcenter.telephony.fate import ActionRefused, Deadline, LinkLost
from callcenter.telephony.wire import Message, Splitter

log = logging.getLogger(__name__)

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Characters that could end a header line, or cannot be sent: Unicode's categories Cc, Zl, Zp and Cs."""


class Request(Sent):  # type: ignore[misc]
    """A sent action that knows when its answer is complete: at once, or with the end of the list that its response announced."""

    def add_message(self, message: Message) -> bool:
        """Take one answer; True when it was the last."""
        self.responses.append(message)
        first = self.responses[0]
        listed = first.get("eventlist", "").lower() == "start"
        if listed and message.get("eventlist", "").lower() not in ("complete", "cancelled"):
            return False
        if not self.future.done():
            if first.get("response") == "Error":
                self.future.set_exception(ActionRefused(first.get("message", "")))
            else:
                self.future.set_result(self.responses)
        return True


class _Protocol(AMIProtocol):  # type: ignore[misc]
    """Cuts bytes into messages before anything is decoded."""

    def __init__(self, receive: Callable[[Sequence[bytes]], None], lost: Callable[[], None]) -> None:
        self._splitter = Splitter()
        self._receive = receive
        self._lost = lost

    def data_received(self, data: bytes) -> None:
        skipped = self._splitter.skipped
        self._receive(self._splitter.feed(data))
        if self._splitter.skipped > skipped:
            log.warning("a message from Asterisk was longer than any can be and was skipped; %d so far", self._splitter.skipped)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self._lost()


class _Manager(Manager):  # type: ignore[misc]
    """panoramisk's manager without its own retries, pings and login."""

    def connection_made(self, f: asyncio.Task[Any]) -> None:
        if f.cancelled() or f.exception() is not None:
            return
        super().connection_made(f)
        self.pinger.cancel()


class Connection:
    """An open connection. `lost` is done when it has ended, from whichever side."""

    def __init__(self, receive: Callable[[Sequence[bytes]], None]) -> None:
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._receive = receive
        self._manager: Any = None

    @classmethod
    async def open(cls, host: str, port: int, receive: Callable[[Sequence[bytes]], None]) -> Connection:
        """Connect; `receive` gets the raw messages that one read brought. Raises OSError."""
        connection = cls(receive)
        manager = connection._manager = _Manager(host=host, port=port, protocol_factory=lambda: _Protocol(receive, connection._ended))
        await manager.connect()
        return connection

    def send(self, action: Action, deadline_s: float) -> asyncio.Future[list[Message]]:
        """Send, once. The future has the answers, or ActionRefused, LinkLost, or Deadline. Raises ValueError for a control character."""
        for name, value in (("Action", action.name), *action.headers):
            if CONTROL.search(name) or CONTROL.search(value):
                raise ValueError(f"{action.name}: {name} has a control character: {value[:60]!r}")
        request = Request({"Action": action.name, **dict(action.headers)})
        if self.lost.done():
            request.future.set_exception(LinkLost(action.name))
        else:
            due = asyncio.get_running_loop().call_later(deadline_s, _expire, request, deadline_s)
            request.future.add_done_callback(lambda _: self._forget(request.id, due))
            self._manager.send_action(request, as_list=False)
        return request.future  # type: ignore[no-any-return]

    def answered(self, message: Message) -> bool:
        """Give an answer to the action that asked for it; False when none did."""
        request = self._manager.responses.get(message.get("actionid"))
        if request is None:
            return False
        request.add_message(message)
        return True

    def close(self) -> None:
        """End the connection now."""
        if self._manager.protocol is not None:
            self._manager.protocol.transport.abort()
        self._ended()

    def _forget(self, identifier: str, due: asyncio.TimerHandle) -> None:
        due.cancel()
        self._manager.responses.pop(identifier, None)

    def _ended(self) -> None:
        if self.lost.done():
            return
        self.lost.set_result(None)
        for request in list(self._manager.responses.values()) if self._manager.protocol is not None else ():
            if not request.future.done():
                request.future.set_exception(LinkLost(request["Action"]))


def _expire(request: Request, deadline_s: float) -> None:
    if not request.future.done():
        request.future.set_exception(Deadline(f"{request['Action']}: no answer within {deadline_s:g} s"))
