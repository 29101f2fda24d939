"""What can go wrong with the link, one after the other, all from one seed: the same seed breaks the same things in the same order."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from tests.fake_asterisk.server import FakeAsterisk, event, refused

REACH = 4_000
"""So many bytes at the most are still written before the connection ends."""
GARBAGE = 200
STALL_S = 0.5
LATE_S = 0.3
REFUSED = ("QueueStatus", "CoreShowChannels", "Setvar")
"""Actions of which the next one is refused, or its answer lost."""

Break = Callable[[FakeAsterisk, random.Random], None]


class Faults:
    """`strike` breaks something of `asterisk` and says what it was, a key of FAULTS; `done` tells all that it broke so far."""

    def __init__(self, asterisk: FakeAsterisk, seed: int) -> None:
        self.done: list[str] = []
        self._asterisk = asterisk
        self._chance = random.Random(seed)

    def strike(self) -> str:
        kind = self._chance.choice(sorted(FAULTS))
        FAULTS[kind](self._asterisk, self._chance)
        self.done.append(kind)
        return kind


def _cut(asterisk: FakeAsterisk, chance: random.Random) -> None:
    for session in asterisk.sessions:
        session.cut_after(chance.randrange(REACH))


def _half(asterisk: FakeAsterisk, _chance: random.Random) -> None:
    for session in asterisk.sessions:
        session.half()


def _garbled(asterisk: FakeAsterisk, chance: random.Random) -> None:
    """A message of bytes that are no text, between two others."""
    noise = bytes(one for one in chance.randbytes(GARBAGE) if one not in b"\r\n")
    asterisk.send_bytes(b"Event: Noise\r\nWhat: " + noise + b"\r\n\r\n")


def _stalled(asterisk: FakeAsterisk, _chance: random.Random) -> None:
    for session in asterisk.sessions:
        session.stall(STALL_S)


def _late(asterisk: FakeAsterisk, chance: random.Random) -> None:
    asterisk.late_s = chance.random() * LATE_S


def _twice(asterisk: FakeAsterisk, chance: random.Random) -> None:
    """The same event comes two times."""
    told = event("DeviceStateChange", Device=f"PJSIP/{chance.randrange(1001, 1010)}", State="NOT_INUSE")
    asterisk.send(told + told)


def _refused(asterisk: FakeAsterisk, chance: random.Random) -> None:
    """One action is refused, once."""
    name = chance.choice(REFUSED).lower()
    before = asterisk.answers.get(name)

    def once(one: FakeAsterisk, asked: dict[str, str]) -> list[str]:
        if before is None:
            del one.answers[name]
        else:
            one.answers[name] = before
        return refused("Temporarily unavailable")(one, asked)

    asterisk.answers[name] = once


def _lost(asterisk: FakeAsterisk, chance: random.Random) -> None:
    asterisk.lost.append(chance.choice(REFUSED))


FAULTS: Mapping[str, Break] = {
    "cut": _cut,
    "half": _half,
    "garbled": _garbled,
    "stalled": _stalled,
    "late": _late,
    "twice": _twice,
    "refused": _refused,
    "lost": _lost,
}
