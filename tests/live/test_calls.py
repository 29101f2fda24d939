"""What becomes of each caller, on the real Asterisk: by SIP in, by a desk phone answered, by the record told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.live.centre import Centre, until
from tests.live.person import signed_in
from tests.live.sipp import Key, caller, desk_phone, tone
from tests.live.sound import samples, share

pytestmark = [pytest.mark.live, pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    one = Centre(tmp_path_factory.mktemp("centre"))
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


async def ended(centre: Centre, number: str) -> dict[str, Any]:
    """The call from this number, as soon as it is over in the record."""

    async def look() -> dict[str, Any] | None:
        return next((call for call in await centre.calls() if call["from"] == number and call["ended"]), None)

    return dict(await until(f"the end of the call from {number}", look, 30))


def seconds(segment: dict[str, Any]) -> float:
    began, over = (datetime.fromisoformat(segment[name]) for name in ("started", "ended"))
    return (over - began).total_seconds()


def kinds(call: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(one["kind"], one["reason"]) for one in call["segments"]]


async def test_a_known_caller_reaches_a_desk_phone(centre: Centre, tmp_path: Path) -> None:
    known = centre.about["callers"][0]
    async with (
        signed_in(centre, "2001", "1011") as agent,
        desk_phone(centre.sip_port, "1011", centre.seat_secret("1011"), tmp_path, sound=tone(tmp_path / "a.raw", 600)),
    ):
        await agent.ready()
        async with caller(
            centre.sip_port,
            "8000000001",
            tmp_path,
            calling_from=known["number"],
            keys=[Key(4, "1")],
            sound=tone(tmp_path / "c.raw", 400),
            talk_s=12,
        ) as phone:
            assert await phone.done() == 0
        call = await ended(centre, known["number"])
    assert call["exit"] == "answered"
    assert call["customer"]["name"] == known["customer"]
    assert call["agents"] == ["2001"]
    assert kinds(call)[:4] == [("ivr", "went_on"), ("queue", "answered"), ("ring", "answered"), ("talk", "caller_hung_up")]
    assert [one["kind"] for one in call["segments"]][4:] == ["wrapup"]
    talk = next(one for one in call["segments"] if one["kind"] == "talk")
    assert talk["who"] == "2001"
    [recording] = call["recordings"]
    leg = recording["leg"]
    assert share(samples(centre.folder / "recordings" / f"{leg}-agent.wav"), 600) > 0.8
    assert share(samples(centre.folder / "recordings" / f"{leg}-caller.wav"), 400) > 0.8
    assert recording["state"] == "whole"
    assert recording["seconds"] == pytest.approx(seconds(talk), abs=1)
