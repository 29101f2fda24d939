"""A flow's transfers on the real Asterisk: somebody answers, is busy, does not answer, is not there; a number outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from callcenter.floor import events as ev
from tests.live.asterisk import RunningAsterisk, asterisk
from tests.live.sipp import Key, caller, desk_phone
from tests.live.test_flow import Centre, serving

__all__ = ["asterisk"]
pytestmark = pytest.mark.live

FLOW = """\
name: orders
languages: [zh]
start: menu
person: person
steps:
  menu:
    do: menu
    prompt: {zh: 请按1 请按2 请按3}
    choices: {1: agent, 2: outside, 3: forbidden}
    otherwise: person
  agent: {do: transfer, agent: "2005", timeout_s: 5, answered: talked, no_answer: late, busy: busy, refused: refused}
  outside: {do: transfer, number: "02112345678", answered: talked, no_answer: late, refused: refused}
  forbidden: {do: transfer, number: "0085212345678", answered: talked, no_answer: late, refused: refused}
  person: {do: queue, queue: orders, answered: talked, timeout: late, nobody: note}
  note: {do: message, prompt: {zh: 请留言}, queue: orders, next: late}
  talked: {do: say, prompt: {zh: 通话已结束}, next: bye}
  late: {do: end}
  busy: {do: end}
  refused: {do: end}
  bye: {do: end}
"""


async def walked(asterisk: RunningAsterisk, folder: Path, key: str, seat: str = "1005") -> Centre:
    """One caller who presses this key; the call is over."""
    (folder / "flows").mkdir(exist_ok=True)
    (folder / "flows" / "orders.yaml").write_text(FLOW, encoding="utf-8")
    (folder / "flows" / "prompts.yaml").write_text("a: {zh: 您好, en: Hello}\n", encoding="utf-8")
    async with serving(asterisk, folder / "flows") as centre:
        centre.seat = seat
        async with caller(asterisk.settings.sip_port, "8000000001", folder, keys=[Key(1, key)]) as telephone:
            assert await telephone.done(40) == 0
        await centre.over()
    return centre


def left(centre: Centre) -> list[tuple[str, str]]:
    return [(event.step, event.result) for event in centre.told if isinstance(event, ev.StepLeft)]


async def test_after_the_talk_with_an_agent_the_flow_goes_on(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    async with desk_phone(asterisk.settings.sip_port, "1005", asterisk.secrets.seats["1005"], tmp_path, hang_up_after_s=2):
        centre = await walked(asterisk, tmp_path, "1")
    assert left(centre) == [("menu", "1"), ("agent", "answered"), ("talked", "done"), ("bye", "done")]
    assert centre.outcome == ""


async def test_an_agent_whose_telephone_says_busy(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    async with desk_phone(asterisk.settings.sip_port, "1005", asterisk.secrets.seats["1005"], tmp_path, refuse=True):
        centre = await walked(asterisk, tmp_path, "1")
    assert left(centre) == [("menu", "1"), ("agent", "busy"), ("busy", "done")]


async def test_an_agent_who_does_not_answer(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    async with desk_phone(asterisk.settings.sip_port, "1005", asterisk.secrets.seats["1005"], tmp_path, answer_after_s=None):
        centre = await walked(asterisk, tmp_path, "1")
    assert left(centre) == [("menu", "1"), ("agent", "no_answer"), ("late", "done")]


@pytest.mark.parametrize("seat", ["1006", ""])
async def test_an_agent_whose_telephone_is_away(asterisk: RunningAsterisk, tmp_path: Path, seat: str) -> None:
    centre = await walked(asterisk, tmp_path, "1", seat=seat)
    assert left(centre) == [("menu", "1"), ("agent", "no_answer"), ("late", "done")]


async def test_a_number_outside_that_nobody_may_dial(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    centre = await walked(asterisk, tmp_path, "3")
    assert left(centre) == [("menu", "3"), ("forbidden", "refused"), ("refused", "done")]


async def test_a_talk_outside_ends_when_the_caller_hangs_up(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "orders.yaml").write_text(FLOW, encoding="utf-8")
    (tmp_path / "flows" / "prompts.yaml").write_text("a: {zh: 您好, en: Hello}\n", encoding="utf-8")
    async with serving(asterisk, tmp_path / "flows") as centre:
        async with caller(asterisk.settings.sip_port, "8000000001", tmp_path, keys=[Key(1, "2")], talk_s=8) as telephone:
            assert await telephone.done(40) == 0
        await centre.over()
    assert left(centre) == [("menu", "2"), ("outside", "hung_up")]
