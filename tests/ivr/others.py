"""Other rooms as a flow asks them, where it does not matter what they say: open, somebody on duty, nobody known, nothing kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from callcenter.ivr.language.action import FAILED, Answer, Asked
from callcenter.ivr.running.services import Services
from callcenter.ivr.sounds.prompts import Prompts
from callcenter.ivr.walking.answered import Candidate, Emergency, Looked, Question, Reached, Recognised


def other_rooms(prompts: Prompts, recordings: Path, **given: Any) -> Services:
    """`given`: what does matter."""
    asked: dict[str, Any] = {
        "on_duty": _yes,
        "opening": _open,
        "zone": ZoneInfo("UTC"),
        "caller": _stranger,
        "promise_callback": _nothing,
        "survey": _nothing,
        "longest_wait_s": 7200,
        "lookup": _unknown,
        "candidates": _no_candidates,
        "choose": _unknown,
        "emergency": _no_emergency,
        "treatment": _no_treatment,
        "may_ask": _yes,
        "questions": _no_questions,
        "answer_question": _nothing,
        "reach": _nobody_there,
        "may_dial": lambda _number: False,
        "do": _failed,
    }
    return Services(prompts=prompts, recordings=recordings, **(asked | given))


async def _yes(_of: str) -> bool:
    return True


async def _open(_hotline: str) -> str:
    return "open"


async def _stranger(_call: str) -> Recognised:
    return Recognised()


async def _nothing(**_effect: object) -> None:
    return None


async def _unknown(*_asked: object) -> Looked:
    return Looked("unknown")


async def _no_candidates(_call: str) -> list[Candidate]:
    return []


async def _no_emergency(_hotline: str) -> Emergency | None:
    return None


async def _no_treatment(_hotline: str, _number: str) -> str:
    return ""


async def _no_questions(_call: str) -> list[Question]:
    return []


async def _nobody_there(_agent: str) -> Reached:
    return Reached()


async def _failed(_action: str, _asked: Asked) -> Answer:
    return Answer(FAILED)
