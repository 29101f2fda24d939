"""What really happened, as who made it happen knows it: never read from events. Told in the form of `callcenter calls --json`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from callcenter.calls.told import iso
from tests.fake_asterisk.channel import Channel


@dataclass
class Stretch:
    kind: str
    leg: str
    began: int
    who: str | None = None
    queue: str | None = None
    ended: int | None = None
    reason: str | None = None


@dataclass
class TrueCall:
    """One call. Times are ms. `agents`: who talked with the customer, in that order."""

    id: str
    direction: str
    number: str
    to: str
    began: int
    hotline: str | None = None
    answered: int | None = None
    ended: int | None = None
    exit: str | None = None
    stretches: list[Stretch] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        return {
            "call": self.id,
            "direction": self.direction,
            "hotline": self.hotline,
            "from": self.number,
            "to": self.to,
            "started": iso(self.began),
            "answered": iso(self.answered),
            "ended": iso(self.ended),
            "exit": self.exit,
            "agents": self.agents,
            "segments": [
                {"kind": s.kind, "who": s.who, "queue": s.queue, "started": iso(s.began), "ended": iso(s.ended), "reason": s.reason}
                for s in self.stretches
            ],
        }


class Truth:
    """Every call there was, by id. `clock` gives s since the epoch."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.calls: dict[str, TrueCall] = {}
        self._clock = clock

    @property
    def now(self) -> int:
        return int(self._clock() * 1000)

    def call(self, id: str, direction: str, number: str, to: str, hotline: str | None = None) -> TrueCall:
        one = self.calls[id] = TrueCall(id, direction, number, to, self.now, hotline)
        return one

    def of(self, channel: Channel) -> TrueCall:
        return self.calls[channel.variables["CC_CALL"]]

    def begins(
        self, channel: Channel, kind: str, leg: str, *, who: str | None = None, queue: str | None = None, outside: bool = False
    ) -> None:
        """`outside`: who is none of ours, and no agent."""
        call = self.of(channel)
        call.stretches.append(Stretch(kind, leg, self.now, who, queue))
        if kind in ("talk", "conference") and who is not None and not outside:
            call.answered = call.answered or self.now
            if who not in call.agents:
                call.agents.append(who)

    def ends(self, channel: Channel, kind: str, leg: str, reason: str) -> None:
        """The stretch of this kind and leg that goes on ends."""
        [one] = [s for s in self.of(channel).stretches if (s.kind, s.leg, s.ended) == (kind, leg, None)]
        one.ended, one.reason = self.now, reason

    def open(self, channel: Channel) -> list[Stretch]:
        return [one for one in self.of(channel).stretches if one.ended is None]

    def over(self, channel: Channel, exit: str) -> None:
        call = self.of(channel)
        call.ended, call.exit = self.now, exit
        assert not [one for one in call.stretches if one.ended is None and one.kind != "consult"], call
