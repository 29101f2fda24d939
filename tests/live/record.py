"""Looking at calls as the record tells them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.live.centre import Centre, until

A_SECOND = 16_000
"""Bytes of a recorded second."""


async def complete(centre: Centre, number: str, limit_s: float = 30) -> dict[str, Any]:
    """The call from this number, as soon as it is over in the record, wrap-up and recordings too."""

    async def look() -> dict[str, Any] | None:
        return next((call for call in await centre.calls() if call["from"] == number and is_complete(call)), None)

    return dict(await until(f"the whole call from {number}", look, limit_s))


async def talked(centre: Centre, number: str, seconds: float) -> None:
    """Wait until so many more seconds of this caller's talk are on disk: it is listened to afterwards."""

    async def length() -> float:
        call = next(call for call in await centre.calls() if call["from"] == number)
        files = [centre.folder / "recordings" / f"{one['leg']}-caller.wav" for one in call["recordings"] if one["state"] == "running"]
        return sum(file.stat().st_size for file in files if file.exists()) / A_SECOND

    before = await length()

    async def enough() -> bool:
        return await length() >= before + seconds

    await until(f"{seconds:g} s of the talk with {number}", enough, seconds + 10)


def kinds(call: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Kind and reason of each segment."""
    return [(one["kind"], one["reason"]) for one in call["segments"]]


def of_kind(call: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one for one in call["segments"] if one["kind"] == kind]


def moment(text: str) -> float:
    """Seconds since the epoch of a time in the record."""
    return datetime.fromisoformat(text).timestamp()


def seconds(segment: dict[str, Any]) -> float:
    return moment(segment["ended"]) - moment(segment["started"])


def is_complete(call: dict[str, Any]) -> bool:
    """One exit, an end, no segment without end or reason, no recording that runs."""
    closed = all(one["ended"] and one["reason"] for one in call["segments"])
    return bool(call["exit"] and call["ended"] and closed and all(one["state"] != "running" for one in call["recordings"]))
