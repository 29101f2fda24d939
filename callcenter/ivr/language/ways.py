"""Where a step leads, and what it says: what judging, drawing and counting a flow need of every kind of step. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from callcenter.ivr.language.steps import (
    Ask,
    Callback,
    Do,
    End,
    Flow,
    GoTo,
    Hours,
    Language,
    Lookup,
    Menu,
    Message,
    Prompt,
    Queue,
    Say,
    Step,
    Survey,
    Transfer,
)


def prompts(step: Step) -> Iterator[Prompt]:
    """Everything a step may say."""
    for f in fields(step):
        value = getattr(step, f.name)
        if isinstance(value, Prompt):
            yield value


def named(step: Step) -> tuple[tuple[str, str], ...]:
    """Every way from a step (the 0 of menus and other flows apart) as (why, step): a key, a result, or `next`, `given`, `no_key`."""
    match step:
        case Say() | Language() | Survey():
            return (("next", step.next),)
        case Message():
            return ("next", step.next), *_maybe("limited", step.limited)
        case Menu():
            return *step.choices.items(), ("no_key", step.otherwise), *_maybe("silent", step.silent)
        case Ask():
            return ("given", step.next), ("no_key", step.otherwise), *_maybe("silent", step.silent)
        case Callback():
            return ("promised", step.next), ("no_key", step.otherwise), *_maybe("limited", step.limited)
        case Hours():
            more = ("holiday", step.holiday), ("emergency", step.emergency)
            return ("open", step.open), ("closed", step.closed), *((why, to) for why, to in more if to)
        case Lookup():
            several, locked = step.several or step.unknown, step.locked or step.unknown
            return ("known", step.known), ("unknown", step.unknown), ("several", several), ("locked", locked)
        case Queue():
            full, no_agent = step.full or step.timeout, step.no_agent or step.nobody
            return (
                ("answered", step.answered),
                ("timeout", step.timeout),
                ("full", full),
                ("no_agent", no_agent),
                ("nobody", step.nobody),
            )
        case Transfer():
            busy, refused = step.busy or step.no_answer, step.refused or step.no_answer
            talked = (("answered", step.answered),) if step.answered else ()
            return (*talked, ("no_answer", step.no_answer), ("busy", busy), ("refused", refused))
        case Do():
            return tuple(step.results.items())
        case GoTo() | End():
            return ()
    raise TypeError(step)


def _maybe(why: str, to: str | None) -> tuple[tuple[str, str], ...]:
    return ((why, to),) if to else ()


def offers_person(step: Step) -> bool:
    """Whether key 0 leads to a person there."""
    return isinstance(step, Menu) or (isinstance(step, Lookup) and step.which is not None)


def ways(step: Step) -> tuple[str, ...]:
    """Every step this one can lead to in its flow (the 0 of menus apart)."""
    return tuple(dict.fromkeys(to for _, to in named(step)))


def silent_ways(step: Step) -> tuple[str, ...]:
    """Where a step leads a caller who presses nothing, however the rest of the world answers. Waiting in a queue until its time is up takes
    its time and is left out."""
    match step:
        case Menu() | Ask():
            return step.otherwise, *(to for _, to in _maybe("silent", step.silent))
        case Callback():
            return step.otherwise, *(to for _, to in _maybe("limited", step.limited))
        case Queue():
            return tuple(dict.fromkeys(to for why, to in named(step) if why != "timeout"))
    return ways(step)


def tells_silence(flow: Flow) -> bool:
    """Whether one who makes no sound has a way of his own there, or in a flow that it may go to."""
    found, ahead = {flow.name}, [flow]
    while ahead:
        here = ahead.pop()
        if any(isinstance(step, Menu | Ask) and step.silent for step in here.steps.values()):
            return True
        for step in here.steps.values():
            if isinstance(step, GoTo) and step.flow in here.others and step.flow not in found:
                found.add(step.flow)
                ahead.append(here.others[step.flow])
    return False
