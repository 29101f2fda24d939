"""One connection of a manager: what may be written to it, how it breaks, and how long the real one waits for a reader."""

from __future__ import annotations

import asyncio

from tests.fake_asterisk.rights import HEADERS, LINE


class Session:
    """What goes to one reader. `known`: he has logged in; `events`: he wants them; `challenge`: what his key must answer."""

    def __init__(self, writer: asyncio.StreamWriter, patience_s: float) -> None:
        self.known = False
        self.events = False
        self.challenge = ""
        self.slow = False
        self._writer = writer
        self._patience_s = patience_s
        self._held: bytearray | None = None
        self._left: int | None = None
        self._dead = False
        self._sent = 0
        self._watch: asyncio.TimerHandle | None = None

    @property
    def open(self) -> bool:
        return not self._writer.is_closing() and not self._dead

    def write(self, data: bytes) -> None:
        if self._dead or self._writer.is_closing():
            return
        if self._held is not None:
            self._held += data
            return
        if self._left is not None and len(data) >= self._left:
            self._writer.write(data[: self._left])
            # What is written reaches the reader before the end does.
            self._writer.close()
            return
        if self._left is not None:
            self._left -= len(data)
        self._sent += len(data)
        self._writer.write(data)
        self._look()

    async def drain(self) -> None:
        await self._writer.drain()

    def abort(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._writer.transport.abort()

    def close(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._writer.close()

    # --- how it breaks

    def cut_after(self, bytes_more: int) -> None:
        """The connection ends when so many bytes more are written, in the middle of whatever that is."""
        self._left = bytes_more

    def stall(self, seconds: float) -> None:
        """Nothing is written for so long; then all of it."""
        if self._held is None:
            self._held = bytearray()
            asyncio.get_running_loop().call_later(seconds, self._flow_again)

    def half(self) -> None:
        """Half open: nothing is written any more, and nobody is told."""
        self._dead = True

    def _flow_again(self) -> None:
        held, self._held = self._held, None
        self.write(bytes(held or b""))

    # --- the real one's patience

    def _look(self) -> None:
        if self._watch is None and self._writer.transport.get_write_buffer_size():
            taken = self._taken
            self._watch = asyncio.get_running_loop().call_later(self._patience_s, self._judge, taken)

    @property
    def _taken(self) -> int:
        return self._sent - self._writer.transport.get_write_buffer_size()

    def _judge(self, taken: int) -> None:
        self._watch = None
        if self._writer.is_closing():
            return
        if self._taken == taken:
            self.slow = True
            self.abort()
        else:
            self._look()


async def read_action(reader: asyncio.StreamReader) -> tuple[dict[str, str], str]:
    """One action, and what is wrong with it in the real one's words. Raises IncompleteReadError when the connection has ended."""
    headers: dict[str, str] = {}
    wrong, count = "", 0
    while True:
        line = await reader.readuntil(b"\n")
        if len(line) > LINE:
            wrong = wrong or "Failed to parse message: line too long"
            continue
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if not text:
            return headers, wrong
        count += 1
        if count > HEADERS:
            wrong = "Too many lines in message or allocation failure"
            continue
        name, _, value = text.partition(":")
        headers.setdefault(name, value.strip())
