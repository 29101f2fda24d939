"""How long a caller waits after a key for the next prompt: in our flow, and in the same menu written in plain dialplan.

Two menus lead to each other by key 1. The time runs from the key's end to the first packet of the next prompt's sound, at the caller's ear;
both menus are on the same Asterisk, say the same files and have as many callers as each other at the same time.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import chain
from pathlib import Path

import yaml

from callcenter.floor.events import StepEntered
from callcenter.ivr.sounds.prompts import Prompts
from callcenter.ivr.sounds.speech import Voice
from callcenter.ivr.walking.commands import Words
from callcenter.settings import CHECKOUT, read
from callcenter.telephony import pbx, tape
from callcenter.telephony.facts import OWN, fact_of
from callcenter.telephony.translate import stamped
from callcenter.telephony.wire import parse
from tests.bench.figures import Figure, beside, peak_mb
from tests.bench.rtp import Handset, handset
from tests.live.centre import Centre
from tests.live.sipp import Telephone, calls, run

OURS, PLAIN = "8000000001", "8099"
LEAVES = "2"
A_SECOND = 10
"""How many of the callers who press keys dial in a second."""
ENTERING = "1391399"
"""How the numbers of those begin who dial at once."""
ENTERED_S = 6.0
LIMIT_S = 240.0
QUIET_S = 0.2
"""Longer than the packets of one prompt ever lie apart: the prompt is over, and the menu listens."""

SAID = {"one": ("请按1。", "Press 1."), "two": ("再按1。", "Again, 1.")}


async def menus(folder: Path, *, keys: int, at_least: int, callers: Sequence[int], entering: int) -> list[Figure]:
    """With so many callers in our menus at once, all pressing keys, and as many in the plain ones; with and without sound from them.

    Each presses `keys`, and few callers more of them: `at_least` so many together, or p95 would be the one slowest key.
    Then how many callers a second come in: from the first one's arrival until the last one's first step, when all come at once.
    """
    flows = _flows(folder / "flows")
    data = folder / "centre"
    data.mkdir()
    low = random.SystemRandom().randrange(20_000, 40_000, 2000)  # each call takes two ports and the next two
    centre = Centre(data, flows_dir=str(flows), rtp_low=str(low), rtp_high=str(low + 1999))
    figures: list[Figure] = []
    try:
        await centre.start()
        _add_plain(centre)
        for count in callers:
            for speaking in (True, False):
                figures += await _beside(centre, folder, count, max(keys, at_least // count), speaking=speaking)
        await _enter(centre, folder, entering)
        assert centre.process is not None
        peak = peak_mb(centre.process.pid)
    finally:
        await centre.stop()
    return [*figures, Figure("callers who come in at once", [_entered_a_second(data / "tape")], "callers/s", rate=True), _memory(peak)]


def _memory(peak: float) -> Figure:
    return Figure("  peak memory of the server", [peak], "MiB")


async def _beside(centre: Centre, folder: Path, count: int, keys: int, *, speaking: bool) -> list[Figure]:
    async with AsyncExitStack() as stack:
        phones = [await stack.enter_async_context(handset(speaking=speaking)) for _ in range(2 * count)]
        for number, some, begin in ((OURS, phones[:count], "13911"), (PLAIN, phones[count:], "13912")):
            telephone = await _dial(centre, folder, number, some, begin)
            stack.push_async_callback(telephone.put_away)
        took = await asyncio.gather(*(_press(phone, keys) for phone in phones))
    how = f"{count} caller{'s' if count > 1 else ''}, {'speaking' if speaking else 'silent'}"
    dialplan = Figure(f"  as many in plain dialplan, {how}", list(chain.from_iterable(took[count:])), "ms")
    return [beside(Figure(f"key to the next prompt, {how}", list(chain.from_iterable(took[:count])), "ms"), dialplan), dialplan]


async def _dial(centre: Centre, folder: Path, number: str, phones: Sequence[Handset], begin: str) -> Telephone:
    """One program places all the calls; each handset is the mouth and ear of one."""
    lines = [f"{begin}{n:06d};{phone.port}" for n, phone in enumerate(phones)]
    csv = folder / f"{begin}-{len(phones)}.csv"
    csv.write_text("\n".join(["SEQUENTIAL", *lines, ""]))
    steps = calls(number, "[field0]", (), None, None, (), "[field1]")
    many = ["-m", str(len(phones)), "-l", str(len(phones)), "-r", str(A_SECOND), "-inf", str(csv)]
    return await run(folder, "callers", steps, [*many, "-s", number, f"127.0.0.1:{centre.sip_port}"], limit_s=LIMIT_S)


async def _press(phone: Handset, keys: int) -> list[float]:
    """Press so many keys, each when the prompt is over, and one to leave; how long the next prompt took (ms)."""
    took = []
    await phone.sound()
    for _ in range(keys):
        await phone.quiet(QUIET_S)
        let_go = await phone.press("1")
        took.append((await phone.sound() - let_go) * 1000)
    await phone.quiet(QUIET_S)
    await phone.press(LEAVES)
    return took


async def _enter(centre: Centre, folder: Path, count: int) -> None:
    """So many dial in the same moment, listen for a while and hang up."""
    steps = calls(OURS, f"{ENTERING}[call_number]", (), None, ENTERED_S)
    many = ["-m", str(count), "-l", str(count), "-r", str(count * 10)]
    telephone = await run(folder, "entering", steps, [*many, "-s", OURS, f"127.0.0.1:{centre.sip_port}"], limit_s=LIMIT_S)
    await telephone.done(LIMIT_S)


def _entered_a_second(tapes: Path) -> float:
    """From what the tape tells of those who came in together."""
    began: dict[str, int] = {}
    first: dict[str, int] = {}
    for tape_of_day in sorted(tapes.glob(f"*{tape.SUFFIX}")):
        for at, raw in tape.read(tape_of_day):
            message = parse(raw)
            fact = fact_of(message) if raw.startswith(OWN) else None
            if message.get("event") == "Newchannel" and message["calleridnum"].startswith(ENTERING):
                began[message["uniqueid"]] = stamped(message, at)
            elif isinstance(fact, StepEntered) and fact.call in began:
                first.setdefault(fact.call, fact.at)
    return len(first) / (max(first.values()) - min(began.values())) * 1000


def _flows(folder: Path) -> Path:
    """The shipped flows, but the first hotline has the two menus."""
    folder.mkdir()
    for path in (CHECKOUT / "ivr_flows").glob("*.yaml"):
        if not path.name.endswith(".walk.yaml") and path.name != "orders.yaml":
            (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    steps: dict[str, object] = {
        name: {
            "do": "menu",
            "prompt": {"zh": zh, "en": en},
            "choices": {1: other, int(LEAVES): "bye"},
            "tries": 3,
            "timeout_s": 9,
            "otherwise": "person",
        }
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
        "GotoIf($[${KEY}0=10]?5)",
        f"GotoIf($[${{KEY}}0={LEAVES}0]?8:2)",
        f"Read(KEY,{second},1,,1,9)",
        "GotoIf($[${KEY}0=10]?2)",
        f"GotoIf($[${{KEY}}0={LEAVES}0]?8:5)",
        "Hangup()",
    )
    for priority, line in enumerate(lines, start=1):
        pbx.ordered(settings, f"dialplan add extension {PLAIN},{priority},{line} into cc-in")
