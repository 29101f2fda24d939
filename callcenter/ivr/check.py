"""What is wrong with a flow that can be read: steps nobody reaches, circles, queues, actions and slots that do not exist. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from callcenter.ivr.between import keys_told, menus_alone, unset_slots
from callcenter.ivr.doing import actions_used
from callcenter.ivr.finding import Finding, errors
from callcenter.ivr.known import Known
from callcenter.ivr.load import Loaded, load
from callcenter.ivr.outward import transfers
from callcenter.ivr.slots import slots_used
from callcenter.ivr.steps import Callback, Flow, Menu, Message, Queue
from callcenter.ivr.ways import silent_ways, ways
from callcenter.ivr.words import meant

__all__ = ["Known", "check", "check_files", "check_source"]


def check(flow: Flow, known: Known, *, whole: bool = True) -> tuple[Finding, ...]:
    """Every finding. `whole` False: some steps could not be read, so nothing is said about how steps hang together."""
    findings = [
        *_queues(flow, known),
        *_person(flow),
        *slots_used(flow, known),
        *keys_told(flow),
        *actions_used(flow, known),
        *transfers(flow, known),
    ]
    if whole:
        findings += [*_unreached(flow), *_circles(flow), *unset_slots(flow, known), *menus_alone(flow)]
    return tuple(sorted(findings))


def check_source(source: str, file: str, known: Known) -> Loaded:
    """Read and check one flow's text; the flow only when there is no error."""
    loaded = load(source, file, known)
    if loaded.flow is None:
        return loaded
    findings = (*loaded.findings, *check(loaded.flow, known, whole=not errors(loaded.findings)))
    return Loaded(None if errors(findings) else loaded.flow, tuple(sorted(findings)))


def check_files(paths: Iterable[Path], known: Known) -> tuple[Finding, ...]:
    """Every finding in these files, and between them: two flows of one name, hotlines whose flow is missing."""
    findings: list[Finding] = []
    files: dict[str, str] = {}
    for path in paths:
        try:
            source = path.read_bytes().decode("utf-8", errors="replace")
        except OSError as wrong:
            findings.append(Finding(str(path), 1, f"cannot be read: {wrong.strerror}"))
            continue
        findings += check_source(source, str(path), known).findings
        flow = load(source, str(path), known).flow
        if flow is None:
            continue
        if flow.name in files:
            findings.append(Finding(str(path), flow.line, f"the flow {flow.name!r} is already in {files[flow.name]}"))
        files.setdefault(flow.name, str(path))
    for hotline, name in (known.flows or {}).items():
        if name not in files:
            findings.append(
                Finding(f"{name}.yaml", 1, f"hotline {hotline} names the flow {name!r}; the flows are {', '.join(sorted(files)) or 'none'}")
            )
    return tuple(sorted(findings))


def _queues(flow: Flow, known: Known) -> Iterator[Finding]:
    if known.queues is None:
        return
    for step in flow.steps.values():
        if isinstance(step, Queue | Message | Callback) and step.queue not in known.queues:
            what = f"step {step.name!r}: there is no queue {step.queue!r}{meant(step.queue, known.queues, 'queues')}"
            yield Finding(flow.file, step.line, what)


def _person(flow: Flow) -> Iterator[Finding]:
    menus = [step for step in flow.steps.values() if isinstance(step, Menu)]
    if menus and flow.person is None:
        yield Finding(flow.file, menus[0].line, "a flow with a menu needs 'person': the queue step that key 0 leads to")
    person = flow.steps.get(flow.person or "")
    if person is not None and not isinstance(person, Queue):
        yield Finding(flow.file, person.line, f"'person' names {flow.person!r}: expected a queue step")


def _unreached(flow: Flow) -> Iterator[Finding]:
    reached: set[str] = set()
    ahead = [flow.start]
    while ahead:
        name = ahead.pop()
        if name in reached:
            continue
        reached.add(name)
        step = flow.steps[name]
        ahead += ways(step)
        if isinstance(step, Menu) and flow.person:
            ahead.append(flow.person)
    for name, step in flow.steps.items():
        if name not in reached:
            yield Finding(flow.file, step.line, f"no way leads to step {name!r}")


def _circles(flow: Flow) -> Iterator[Finding]:
    """Ways on which a caller who presses nothing never comes to an end."""
    done: set[str] = set()
    for start in flow.steps:
        path: list[str] = []
        yield from _walk_silently(flow, start, path, done)


def _walk_silently(flow: Flow, name: str, path: list[str], done: set[str]) -> Iterator[Finding]:
    if name in path:
        circle = [*path[path.index(name) :], name]
        yield Finding(flow.file, flow.steps[name].line, f"a caller who presses nothing goes round and round: {' → '.join(circle)}")
        return
    if name in done:
        return
    path.append(name)
    for way in silent_ways(flow.steps[name]):
        yield from _walk_silently(flow, way, path, done)
    path.pop()
    done.add(name)
