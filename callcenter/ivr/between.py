"""What is wrong between the steps of a flow: slots spoken too early, menus that leave callers alone, keys told wrongly. Pure."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping

from callcenter.ivr.finding import Finding
from callcenter.ivr.known import Known
from callcenter.ivr.slots import all_filled, filled_by, used_by
from callcenter.ivr.steps import BUILT_IN_SLOTS, Callback, Flow, GoTo, Hours, Menu, Message, Queue, Step, Survey
from callcenter.ivr.ways import named, ways

NAMED_KEY: Mapping[str, re.Pattern[str]] = {
    "zh": re.compile(r"按\s*([0-9*])(?![0-9])"),
    "en": re.compile(r"\bpress\s+([0-9*])(?![0-9])", re.IGNORECASE),
}
"""How a prompt names a key, by language."""


def unset_slots(flow: Flow, known: Known) -> Iterator[Finding]:
    """Slots spoken, or given to an action, on some way on which nothing has filled them, with the shortest such way."""
    filled = all_filled(flow, known)
    used = [(name, line, slot) for name, step in flow.steps.items() for slot, line in used_by(step) if slot in filled - BUILT_IN_SLOTS]
    came = {slot: _without(flow, slot, known) for slot in {slot for _, _, slot in used}}
    for name, line, slot in used:
        if name in came[slot]:
            way = " → ".join(_way(came[slot], name))
            yield Finding(flow.file, line, f"step {name!r}: {{{slot}}} is not filled yet on the way {way}")


def _without(flow: Flow, slot: str, known: Known) -> Mapping[str, str]:
    """Every step that can be reached with the slot not filled, and from where on the shortest way; '' for the start."""
    came = {flow.start: ""}
    ahead = deque([flow.start])
    while ahead:
        name = ahead.popleft()
        step = flow.steps[name]
        fills = filled_by(flow, step, known)
        after = [to for why, to in named(step) if slot not in fills.get(why, ())]
        if isinstance(step, Menu) and flow.person:
            after.append(flow.person)
        for to in after:
            if to not in came:
                came[to] = name
                ahead.append(to)
    return came


def _way(came: Mapping[str, str], to: str) -> list[str]:
    way = [to]
    while came[way[0]]:
        way.insert(0, came[way[0]])
    return way


def _ways(flow: Flow, step: Step) -> tuple[str, ...]:
    return (*ways(step), flow.person) if isinstance(step, Menu) and flow.person else ways(step)


def menus_alone(flow: Flow) -> Iterator[Finding]:
    """Menus from which, with everything closed and nobody on duty, no way leads to a message or a callback."""
    good = {name for name, step in flow.steps.items() if isinstance(step, Message | Callback | GoTo)}
    grown = True
    while grown:
        more = {name for name, step in flow.steps.items() if name not in good and good.intersection(_closed_ways(flow, step))}
        good |= more
        grown = bool(more)
    for name, step in flow.steps.items():
        if isinstance(step, Menu) and name not in good:
            yield Finding(
                flow.file, step.line, f"menu {name!r}: when it is closed or nobody is on duty, no way leads to a message or a callback"
            )


def _closed_ways(flow: Flow, step: Step) -> tuple[str, ...]:
    match step:
        case Hours():
            return (step.closed,)
        case Queue():
            return (step.nobody,)
    return _ways(flow, step)


def keys_told(flow: Flow) -> Iterator[Finding]:
    """Keys that the prompt of a menu or survey names and that choose nothing."""
    for step in flow.steps.values():
        if not isinstance(step, Menu | Survey):
            continue
        keys = tuple(step.keys) if isinstance(step, Survey) else (*step.choices, *(("0",) if flow.person else ()))
        for language, text in step.prompt.texts.items():
            for key in dict.fromkeys(NAMED_KEY[language].findall(text)):
                if key not in keys:
                    what = f"the prompt ({language}) names key {key}, which chooses nothing; the keys are {', '.join(keys)}"
                    yield Finding(flow.file, step.prompt.line, f"step {step.name!r}: {what}")
