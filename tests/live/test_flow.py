"""The shipped flow walked on the real Asterisk: what was promised is owed, what was asked is answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from callcenter.floor import events as ev
from callcenter.ivr.checking.check import Known
from callcenter.ivr.running.run import run
from callcenter.ivr.sounds.prompts import Prompts, fixed_texts
from callcenter.ivr.sounds.speech import Voice
from callcenter.ivr.walking.answered import Reached, Recognised
from callcenter.ivr.walking.hotline_flows import HotlineFlow, load_flows
from callcenter.telephony import actions
from callcenter.telephony.ami import Link
from callcenter.telephony.line import Line
from callcenter.telephony.lines import Lines
from tests.ivr.others import other_rooms
from tests.live.asterisk import RunningAsterisk, asterisk
from tests.live.sipp import Key, caller, desk_phone

__all__ = ["asterisk"]
pytestmark = pytest.mark.live


@dataclass
class Centre:
    """The flows on a link; what they told and what they did to the store."""

    on_duty: bool = True
    seat: str = ""
    told: list[ev.Event] = field(default_factory=list)
    done: list[dict[str, Any]] = field(default_factory=list)
    walks: set[asyncio.Task[None]] = field(default_factory=set)
    link: Link | None = None

    @property
    def path(self) -> list[str]:
        return [event.step for event in self.told if isinstance(event, ev.StepEntered)]

    @property
    def outcome(self) -> str:
        return next((event.outcome for event in reversed(self.told) if isinstance(event, ev.FlowDone)), "none")

    async def reach(self, _agent: str) -> Reached:
        return Reached(self.seat)

    async def over(self) -> None:
        """All callers are gone and what they are owed is kept."""
        await asyncio.wait_for(asyncio.gather(*self.walks), 10)


@asynccontextmanager
async def serving(asterisk: RunningAsterisk, folder: Path | None = None) -> AsyncIterator[Centre]:
    """The flows of a folder, the shipped ones when none is given."""
    settings, centre = asterisk.settings, Centre()
    flows, findings = load_flows(folder or settings.flows, {"8000000001": HotlineFlow("orders", "zh_CN", "orders")}, Known())
    assert findings == ()
    live = asyncio.Event()

    async def on_duty(_queue: str) -> bool:
        return centre.on_duty

    async def known(_call: str) -> Recognised:
        return Recognised(7, "张记烟酒店", "key")

    async def keep(**effect: Any) -> None:
        centre.done.append(effect)

    def put(event: ev.Event) -> None:
        if isinstance(event, ev.LinkChanged) and event.state == "live":
            live.set()

    async with Voice() as voice:
        prompts = Prompts(settings.prompts, voice)
        assert await prompts.prepare(fixed_texts(flows.by_name.values()), lambda _done, _of: None) == []
        services = other_rooms(
            prompts,
            settings.recordings,
            zone=settings.zone,
            on_duty=on_duty,
            caller=known,
            promise_callback=keep,
            survey=keep,
            reach=centre.reach,
            may_dial=lambda number: number == "02112345678",
        )

        def walk(line: Line) -> None:
            centre.walks.add(asyncio.create_task(run(line, flows, services, centre.told.append, lambda: int(time.time() * 1000))))

        link = Link(settings.ami_host, settings.ami_port, settings.ami_user, asterisk.secrets.ami, put, None, Lines(walk))
        running = asyncio.create_task(link.run())
        try:
            await asyncio.wait_for(live.wait(), 10)
            centre.link = link
            yield centre
        finally:
            await link.close()
            running.cancel()


async def test_an_order_is_answered_and_judged(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    port = asterisk.settings.sip_port
    async with serving(asterisk) as centre, desk_phone(port, "1003", asterisk.secrets.seats["1003"], tmp_path, hang_up_after_s=2):
        assert centre.link is not None
        await centre.link.act(actions.queue_add("orders", "1003", "2003", False))
        async with caller(port, "8000000001", tmp_path, keys=[Key(1.5, "1"), Key(8, "2")]) as telephone:
            assert await telephone.done(60) == 0
        await centre.link.act(actions.queue_remove("orders", "1003"))
        await centre.over()
        assert centre.path == ["greeting", "hours", "menu", "orders", "survey", "bye"]
        assert [(effect["step"], effect["answer"]) for effect in centre.done] == [("survey", "2")]
        assert centre.outcome == ""


async def test_who_hangs_up_while_he_speaks_has_left_a_message(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    async with serving(asterisk) as centre:
        centre.on_duty = False
        speech = tmp_path / "speech.al"
        speech.write_bytes(b"\x55\x2a" * 8000)
        async with caller(
            asterisk.settings.sip_port, "8000000001", tmp_path, keys=[Key(1.5, "0"), Key(3, "1")], sound=speech, talk_s=14
        ) as telephone:
            assert await telephone.done(60) == 0
        await centre.over()
        assert centre.path == ["greeting", "hours", "menu", "person", "nobody", "message"]
        (promise,) = centre.done
        assert (promise["kind"], promise["queue"], promise["customer"], promise["number"]) == ("voicemail", "orders", 7, "13800000000")
        assert (asterisk.settings.recordings / promise["recording"]).stat().st_size > 16_000
        assert centre.outcome == "voicemail"
        assert centre.told[-1] == ev.StepLeft(centre.told[-1].at, promise["call"], "message", "hung_up")
