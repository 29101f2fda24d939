"""A flow is published, rolled back and the server killed while callers are in the middle of it: each hears his own version to its end.

The prompts of the flow have the same name in all versions and another tone in each: what is heard tells which version it is.
"""

from __future__ import annotations

import asyncio
import re
import wave
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from tests.live.centre import Centre, until
from tests.live.ears import Ear, ears
from tests.live.people import recorded
from tests.live.sipp import Telephone, calls, run

pytestmark = [pytest.mark.live, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]

HOTLINE = "8000000001"
FIRST_HZ, SECOND_HZ = 440.0, 880.0
TONES = (FIRST_HZ, SECOND_HZ)
CROWD = 30
WAITS_S = 18

FLOW = """\
name: {name}
languages: [zh, en]
start: first
person: person
steps:
  first: {{do: say, prompt: tone, next: wait}}
  wait: {{do: menu, prompt: tone, choices: {{1: person}}, tries: 1, timeout_s: {waits_s}, otherwise: last}}
  last: {{do: say, prompt: tone, next: bye}}
  person: {{do: queue, queue: {name}, answered: bye, timeout: message, nobody: message}}
  message: {{do: message, prompt: tone, queue: {name}, next: bye}}
  bye: {{do: end}}
"""
PROMPTS = """\
fallback_welcome: {zh: 您好。, en: Hello.}
fallback_sorry: {zh: 再见。, en: Goodbye.}
demo_customer: {zh: 喂。, en: Yes.}
tone: {zh: 请按1。, en: Press 1.}
"""


def tone(path: Path, hertz: float) -> Path:
    samples = np.sin(2 * np.pi * hertz * np.arange(8000) / 8000) * 9000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    """The flow's first version is in use, with the first tone."""
    folder = tmp_path_factory.mktemp("centre")
    flows = folder / "flows"
    flows.mkdir()
    for name in ("orders", "complaints", "english"):
        (flows / f"{name}.yaml").write_text(FLOW.format(name=name, waits_s=WAITS_S), encoding="utf-8")
    (flows / "prompts.yaml").write_text(PROMPTS, encoding="utf-8")
    one = Centre(folder, flows_dir=str(flows))
    try:
        await one.start()
        await sounds(one, folder, FIRST_HZ)
        await published(one, "2")
        yield one
    finally:
        await one.stop()


async def sounds(centre: Centre, folder: Path, hertz: float) -> None:
    """The prompt has another tone from now on: in what is published later, in nothing that is in use."""
    for language in ("zh", "en"):
        await centre.command("prompts", "import", str(tone(folder / f"tone.{language}.wav", hertz)))


async def published(centre: Centre, version: str) -> float:
    """Published from the command line; the seconds from there until the server said that it is in use."""
    assert f"version {version} is in use" in await centre.command("flow", "publish", "orders", "--note", version)
    return await taken(centre, version)


async def taken(centre: Centre, version: str) -> float:
    """How long until the server takes a version."""
    loop = asyncio.get_running_loop()
    asked = loop.time()
    await until(f"version {version} in use", lambda: says(centre, version), 5)
    return loop.time() - asked


async def says(centre: Centre, version: str) -> bool:
    taken = re.findall(r"flow orders: version (\d+) is in use", centre.output())
    return taken[-1:] == [version]


@asynccontextmanager
async def callers(centre: Centre, folder: Path, numbers: Sequence[str]) -> AsyncIterator[tuple[Telephone, list[Ear]]]:
    """They dial together, press nothing, and stay until they are let go."""
    async with ears(len(numbers)) as heard:
        listed = folder / f"{numbers[0]}.csv"
        lines = "".join(f"{number};{ear.port}\n" for number, ear in zip(numbers, heard, strict=True))
        listed.write_text(f"SEQUENTIAL\n{lines}", encoding="utf-8")
        steps = calls(HOTLINE, "[field0]", (), None, None, media_port="[field1]")
        many = str(len(numbers))
        arguments = ["-s", HOTLINE, "-inf", str(listed), "-r", "15", "-l", many, "-m", many, f"127.0.0.1:{centre.sip_port}"]
        phone = await run(folder, "callers", steps, arguments, limit_s=150)
        try:
            yield phone, heard
        finally:
            await phone.put_away()


async def in_the_flow(centre: Centre, count: int) -> None:
    async def look() -> bool:
        return bool((await centre.health()).get("calls") == count)

    await until(f"{count} callers in the flow", look, 30)


def flows_of(told: dict[str, dict[str, object]]) -> set[tuple[str, ...]]:
    return {tuple(f"{flow['name']} {flow['version']}" for flow in call["flows"]) for call in told.values()}  # type: ignore[attr-defined]


async def test_thirty_callers_hear_their_version_to_its_end_and_the_next_the_new_one(centre: Centre, tmp_path: Path) -> None:
    before = [f"1391120{n:04d}" for n in range(CROWD)]
    after = [f"1391121{n:04d}" for n in range(3)]
    back = [f"1391122{n:04d}" for n in range(3)]
    await sounds(centre, tmp_path, SECOND_HZ)
    async with callers(centre, tmp_path, before) as (crowd, first):
        await in_the_flow(centre, CROWD)
        took_s = await published(centre, "3")
        assert took_s < 2
        assert crowd.process.returncode is None
        async with callers(centre, tmp_path, after) as (late, second):
            await in_the_flow(centre, CROWD + len(after))
            await centre.command("flow", "rollback", "orders")
            assert await taken(centre, "2") < 2
            async with callers(centre, tmp_path, back) as (last, third):
                assert [await phone.done(120) for phone in (crowd, late, last)] == [0, 0, 0]
                assert {tuple(ear.tones(TONES)) for ear in first} == {(FIRST_HZ,)}
                assert {tuple(ear.tones(TONES)) for ear in second} == {(SECOND_HZ,)}
                assert {tuple(ear.tones(TONES)) for ear in third} == {(FIRST_HZ,)}
    told = await recorded(centre, [*before, *after, *back])
    assert flows_of({number: told[number] for number in before}) == {("orders 2",)}
    assert flows_of({number: told[number] for number in after}) == {("orders 3",)}
    assert flows_of({number: told[number] for number in back}) == {("orders 2",)}


async def test_a_caller_of_an_earlier_version_hears_it_after_a_restart(centre: Centre, tmp_path: Path) -> None:
    numbers = ["13911230000", "13911230001"]
    await centre.command("flow", "rollback", "orders", "--to", "3")
    await taken(centre, "3")
    async with callers(centre, tmp_path, numbers) as (phone, heard):
        await in_the_flow(centre, len(numbers))
        await until("the first tone", lambda: all_heard(heard), 20)
        await centre.command("flow", "rollback", "orders", "--to", "2")
        await centre.kill()
        await centre.start()
        assert await phone.done(90) == 0
        assert {tuple(ear.tones(TONES)) for ear in heard} == {(SECOND_HZ,)}
    told = await recorded(centre, numbers)
    assert flows_of(told) == {("orders 3",)}


async def all_heard(heard: Sequence[Ear]) -> bool:
    return all(ear.tones(TONES) for ear in heard)
