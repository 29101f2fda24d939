"""What Asterisk writes down by itself: CEL as cel_custom.conf has it, and queue_log."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path


class Written:
    """The two files under Asterisk's log folder. Each line is there at once and whole, as with the real one."""

    def __init__(self, folder: Path) -> None:
        (folder / "cel-custom").mkdir(parents=True, exist_ok=True)
        self.cel_path = folder / "cel-custom" / "cel.csv"
        self.queue_log_path = folder / "queue_log"
        self._cel = self.cel_path.open("a", encoding="utf-8", buffering=1)
        self._queue_log = self.queue_log_path.open("a", encoding="utf-8", buffering=1)
        self._waiting: list[str] | None = None

    def starve(self, seconds: float) -> None:
        """Lines of CEL wait for so long, with the time of what they tell; those of queue_log do not: each channel writes its own."""
        if self._waiting is None:
            self._waiting = []
            asyncio.get_running_loop().call_later(seconds, self._recover)

    def _recover(self) -> None:
        waiting, self._waiting = self._waiting or [], None
        self._cel.writelines(waiting)

    def close(self) -> None:
        self._cel.close()
        self._queue_log.close()

    def cel(self, event: str, at: float, columns: Sequence[str], extra: dict[str, object] | None) -> None:
        """One line; `at` is in s, `columns` are those between the time and the event's own part."""
        told = "" if extra is None else json.dumps(extra, separators=(",", ":"))
        line = ",".join(_quoted(one) for one in (event, f"{at:.6f}", *columns, told)) + "\n"
        if self._waiting is None:
            self._cel.write(line)
        else:
            self._waiting.append(line)

    def queue_log(self, at: float, call: str, queue: str, agent: str, event: str, *more: str) -> None:
        """One line; Asterisk ends a line without details with a bar."""
        self._queue_log.write("|".join((str(int(at)), call, queue, agent, event, *(more or ("",)))) + "\n")


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
