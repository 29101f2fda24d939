"""How fast a tape is told again: from the compressed file to whole calls, on one core."""

from __future__ import annotations

import time
from pathlib import Path

from callcenter.floor.floor import Rules
from callcenter.replay.folding import replay
from callcenter.telephony import tape
from callcenter.telephony.wire import Splitter
from tests.bench.busy import Stream
from tests.bench.figures import Figure


def replays(folder: Path, stream: Stream, rounds: int) -> list[Figure]:
    """Calls a second and messages a second of `callcenter replay`, without printing."""
    path = folder / "busy.ami.gz"
    raw = Splitter().feed(b"".join(stream.messages))
    tape.append(path, ((stream.began * 1000, message) for message in raw))
    calls, messages = [], []
    for _ in range(rounds):
        began = time.perf_counter()
        seen = replay(tape.read(path), Rules())
        took = time.perf_counter() - began
        calls.append(len(seen.calls) / took)
        messages.append(len(raw) / took)
    return [Figure("a tape told again", calls, "calls/s", rate=True), Figure("… its messages", messages, "messages/s", rate=True)]
