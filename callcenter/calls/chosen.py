"""What a caller chose in the menus on his way to a person. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callcenter.floor.call import Step


@dataclass(frozen=True, slots=True)
class Choice:
    """`at` is the menu or the question with its result; `led` the step that the menu's key chose, None for a question."""

    at: Step
    led: Step | None


def chosen(steps: Sequence[Step]) -> tuple[Choice, ...]:
    """The menus and questions that the caller left, in their order."""
    return tuple(
        Choice(step, after if step.kind == "menu" else None)
        for step, after in zip(steps, (*steps[1:], None), strict=False)
        if (step.kind in ("menu", "ask") and step.result) or step.result == "chosen"
    )
