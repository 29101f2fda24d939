"""How long a caller waits after a key for the next prompt: in our flow, and in the same menu written in plain dialplan.

Two menus lead to each other by key 1. The time runs from the key's end to the first packet of the next prompt's sound, at the caller's ear;
both menus are on the same Asterisk, and say the same files.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import yaml

from callcenter.ivr.commands import Words
from callcenter.ivr.prompts import Prompts
from callcenter.ivr.speech import Voice
from callcenter.settings import CHECKOUT, read
from callcenter.telephony import pbx
from tests.bench.figures import Figure, beside, peak_mb
from tests.bench.rtp import Handset, handset
from tests.live.centre import Centre
from tests.live.sipp import caller

OURS, PLAIN = "8000000001", "8099"
QUIET_S = 0.2
"""Longer than the packets of one prompt ever lie apart: the prompt is over, and the menu listens."""

SAID = {"one": ("请按1。", "Press 1."), "two": ("再按1。", "Again, 1.")}


async def menus(folder: Path, *, keys: int) -> list[Figure]:
    flows = _flows(folder / "flows")
    data = folder / "centre"
    data.mkdir()
    centre = Centre(data, flows_dir=str(flows))
    try:
        await centre.start()
        _add_plain(centre)
        async with handset() as one, handset() as other:
            both = ((one, OURS), (other, PLAIN))
            ours, plain = await asyncio.gather(*(_press(centre, folder, phone, number, keys) for phone, number in both))
        assert centre.process is not None
        peak = peak_mb(centre.process.pid)
    finally:
        await centre.stop()
    dialplan = Figure("key to the next prompt, plain dialplan", plain, "ms")
    ours_beside = beside(Figure("key to the next prompt, our flow", ours, "ms"), dialplan)
    return [ours_beside, dialplan, Figure("  peak memory of the server", [peak], "MiB")]


async def _press(centre: Centre, folder: Path, phone: Handset, number: str, keys: int) -> Sequence[float]:
    """Press so many keys, each when the prompt is over; how long the next one took (ms)."""
    took = []
    async with caller(centre.sip_port, number, folder, calling_from="13900000099", media_port=phone.port):
        await phone.sound()
        for _ in range(keys):
            await phone.quiet(QUIET_S)
            let_go = await phone.press("1")
            took.append((await phone.sound() - let_go) * 1000)
    return took


def _flows(folder: Path) -> Path:
    """The shipped flows, but the first hotline has the two menus."""
    folder.mkdir()
    for path in (CHECKOUT / "ivr_flows").glob("*.yaml"):
        if not path.name.endswith(".walk.yaml") and path.name != "orders.yaml":
            (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    steps: dict[str, object] = {
        name: {"do": "menu", "prompt": {"zh": zh, "en": en}, "choices": {1: other}, "tries": 3, "timeout_s": 9, "otherwise": "person"}
        for (name, (zh, en)), other in zip(SAID.items(), ("two", "one"), strict=True)
    }
    person = {"do": "queue", "queue": "orders", "answered": "bye", "timeout": "bye", "nobody": "message"}
    said = {"zh": "请留言。", "en": "Leave a message."}
    message = {"do": "message", "prompt": said, "queue": "orders", "next": "bye"}
    bye = {"do": "end"}
    flow = {
        "name": "orders",
        "languages": ["zh", "en"],
        "start": "one",
        "person": "person",
        "steps": steps | {"person": person, "message": message, "bye": bye},
    }
    (folder / "orders.yaml").write_text(yaml.safe_dump(flow, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


def _add_plain(centre: Centre) -> None:
    """The two menus in Asterisk's own dialplan."""
    settings = read({}, {"data_dir": centre.folder})
    prompts = Prompts(settings.prompts, Voice())
    first, second = (prompts.path(Words(zh), "zh").absolute() for zh, _ in SAID.values())
    lines = (
        "Answer()",
        f"Read(KEY,{first},1,,1,9)",
        "GotoIf($[${KEY}0=10]?4:2)",
        f"Read(KEY,{second},1,,1,9)",
        "GotoIf($[${KEY}0=10]?2:4)",
    )
    for priority, line in enumerate(lines, start=1):
        pbx.ordered(settings, f"dialplan add extension {PLAIN},{priority},{line} into cc-in")
