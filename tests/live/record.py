"""Looking at calls as the record tells them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.live.centre import Centre, until


async def complete(centre: Centre, number: str, limit_s: float = 30) -> dict[str, Any]:
    """The call from this number, as soon as it is over in the record, wrap-up and recordings too."""

    async def look() -> dict[str, Any] | None:
        return next((call for call in await centre.calls() if call["from"] == number and is_complete(call)), None)

    return dict(await until(f"the whole call from {number}", look, limit_s))


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
