"""Which slots a flow fills and uses; what nothing ever fills. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from callcenter.ivr.language.action import slots_of
from callcenter.ivr.language.finding import Finding
from callcenter.ivr.language.known import Known
from callcenter.ivr.language.steps import BUILT_IN_SLOTS, LOOKED_UP, OWN_SLOTS, SLOT, Ask, Do, Flow, Lookup, Step
from callcenter.ivr.language.ways import named, offers_person, prompts
from callcenter.ivr.language.words import meant


def filled_by(flow: Flow, step: Step, known: Known) -> Mapping[str, frozenset[str]]:
    """The slots that a step has filled on its ways, by the way's name as in `ways.named`."""
    match step:
        case Ask():
            return {"given": frozenset({step.into})}
        case Lookup():
            return {"known": LOOKED_UP}
        case Do() if step.action in (known.actions or {}):
            action = (known.actions or {})[step.action]
            return {result: slots_of(action, result) for result in action.results}
    return {}


def used_by(step: Step) -> Iterator[tuple[str, int]]:
    """The slots that a step speaks, or gives an action, with their line."""
    for prompt in prompts(step):
        yield from ((slot, prompt.line) for slot in sorted(prompt.slots))
    if isinstance(step, Do):
        yield from ((slot[1], step.line) for text in step.given.values() for slot in SLOT.finditer(text))
    if isinstance(step, Lookup):
        yield step.by, step.line


def all_filled(flow: Flow, known: Known) -> frozenset[str]:
    """Every slot that some step fills."""
    return frozenset(slot for step in flow.steps.values() for filled in filled_by(flow, step, known).values() for slot in filled)


def unset_from(flow: Flow, start: str, known: Known) -> Mapping[tuple[str, tuple[str, ...]], int]:
    """Slots used on some way from a step on which nothing has filled them: (slot, the shortest such way) and the line of its use."""
    filled = all_filled(flow, known) - BUILT_IN_SLOTS
    used = [(name, line, slot) for name, step in flow.steps.items() for slot, line in used_by(step) if slot in filled]
    came = {slot: _without(flow, start, slot, known) for slot in {slot for _, _, slot in used}}
    return {(slot, _way(came[slot], name)): line for name, line, slot in used if name in came[slot]}


def _without(flow: Flow, start: str, slot: str, known: Known) -> Mapping[str, str]:
    """Every step that can be reached with the slot not filled, and from where on the shortest way; '' for the start."""
    came = {start: ""}
    ahead = deque([start])
    while ahead:
        name = ahead.popleft()
        step = flow.steps[name]
        fills = filled_by(flow, step, known)
        after = [to for why, to in named(step) if slot not in fills.get(why, ())]
        if offers_person(step) and flow.person:
            after.append(flow.person)
        for to in after:
            if to not in came:
                came[to] = name
                ahead.append(to)
    return came


def _way(came: Mapping[str, str], to: str) -> tuple[str, ...]:
    way = [to]
    while came[way[-1]]:
        way.append(came[way[-1]])
    return tuple(reversed(way))


def slots_used(flow: Flow, known: Known) -> Iterator[Finding]:
    """Slots that nothing fills; slots of a caller's own that a question would overwrite."""
    filled = BUILT_IN_SLOTS | all_filled(flow, known)
    unknown_actions = known.actions is None and any(isinstance(step, Do) for step in flow.steps.values())
    for step in flow.steps.values():
        if isinstance(step, Ask) and step.into in OWN_SLOTS:
            yield Finding(flow.file, step.line, f"step {step.name!r}: {step.into!r} is the caller's own; choose another slot")
        for slot, line in used_by(step):
            if slot not in filled and not unknown_actions:
                yield Finding(flow.file, line, f"step {step.name!r}: nothing fills {{{slot}}}{_known(slot, filled)}")


def _known(slot: str, filled: frozenset[str]) -> str:
    return meant(slot, filled, "known ones")
