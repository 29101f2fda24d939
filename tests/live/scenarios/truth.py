"""What was really done in a scenario, by the clock of the phones, and how a told call is compared with it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

TOLERANCE_MS = 1000
OF_QUEUES = ("queue", "ring")
"""Kinds of segments of which the queue is compared."""


@dataclass(frozen=True)
class Stretch:
    """A segment that must be told. Times are ms; None where no phone can know it.

    `voices`: the tones in Hz of who has this leg and of whom he talks with, where both must be heard in the recording.
    """

    kind: str
    who: str | None
    began: int | None
    ended: int | None
    reason: str
    queue: str | None = None
    voices: tuple[float, float] | None = None


@dataclass(frozen=True)
class TrueCall:
    """A call as it went. `number` is its `from`, `to` what was dialled."""

    number: str
    to: str
    direction: str
    exit: str
    agents: tuple[str, ...]
    stretches: tuple[Stretch, ...]
    hotline: str | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def true_call(content: dict[str, Any]) -> TrueCall:
    """What `as_json` wrote."""
    stretches = [
        Stretch(**{**one, "voices": tuple(one["voices"]) if one["voices"] else None})  # JSON knows no tuples
        for one in content["stretches"]
    ]
    return TrueCall(**{**content, "agents": tuple(content["agents"]), "stretches": tuple(stretches)})


def told_of(true: TrueCall, calls: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The told calls that may be this one: by who called and what was dialled."""
    return [call for call in calls if call["from"] == true.number and str(call["to"]).endswith(true.to.removeprefix("+86"))]


def differences(true: TrueCall, told: dict[str, Any]) -> list[str]:
    """Each difference in one line; [] when the call is told as it went."""
    found = [
        f"{name}: {told[name]!r}, was {wanted!r}"
        for name, wanted in (
            ("direction", true.direction),
            ("exit", true.exit),
            ("agents", list(true.agents)),
            ("hotline", true.hotline),
        )
        if told[name] != wanted
    ]
    left = list(told["segments"])
    for stretch in true.stretches:
        same = [one for one in left if _what(one) == _wanted(stretch)]
        fitting = [one for one in same if _in_time(stretch, one)]
        if not same:
            found.append(f"missing: {_words(stretch)}")
        elif not fitting:
            left.remove(same[0])
            found.append(f"{_words(stretch)}: told {same[0]['started']} to {same[0]['ended']}")
        else:
            left.remove(fitting[0])
    return found + [
        f"too much: {one['kind']} {one['who']} {one['queue']} {one['started']} to {one['ended']} {one['reason']}" for one in left
    ]


def ms(text: str | None) -> int | None:
    """Milliseconds since the epoch of a told time."""
    return None if text is None else round(datetime.fromisoformat(text).timestamp() * 1000)


def _what(told: dict[str, Any]) -> tuple[str, str | None, str | None, str | None]:
    return told["kind"], _short(told["who"]), told["queue"] if told["kind"] in OF_QUEUES else None, told["reason"]


def _wanted(stretch: Stretch) -> tuple[str, str | None, str | None, str | None]:
    return stretch.kind, stretch.who, stretch.queue if stretch.kind in OF_QUEUES else None, stretch.reason


def _short(who: str | None) -> str | None:
    return None if who is None else who.removeprefix("+86")


def _in_time(stretch: Stretch, told: dict[str, Any]) -> bool:
    pairs = (stretch.began, ms(told["started"])), (stretch.ended, ms(told["ended"]))
    return all(wanted is None or (at is not None and abs(at - wanted) <= TOLERANCE_MS) for wanted, at in pairs)


def _words(stretch: Stretch) -> str:
    began, ended = (
        "?" if at is None else datetime.fromtimestamp(at / 1000).strftime("%H:%M:%S.%f")[:-3] for at in (stretch.began, stretch.ended)
    )
    return f"{stretch.kind} {stretch.who} {stretch.queue} {began} to {ended} {stretch.reason}"
