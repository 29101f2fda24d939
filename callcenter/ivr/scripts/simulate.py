"""A flow walked by a script without a phone, told step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from callcenter.ivr.checking.check import Known, check_source
from callcenter.ivr.language.finding import Finding
from callcenter.ivr.language.known import NOTHING
from callcenter.ivr.language.reader import text_of
from callcenter.ivr.scripts.beside import beside
from callcenter.ivr.scripts.script import Script, differences, read_scripts, walk_script
from callcenter.ivr.scripts.walked import Walked

SIGNS = {"entered": "", "hears": "  ◀ ", "does": "  ▶ ", "answered": "  · "}


@dataclass(frozen=True)
class Simulated:
    """`findings`: why nothing could be walked. Else each script with what came of it."""

    findings: tuple[Finding, ...] = ()
    walks: tuple[tuple[Script, Walked], ...] = ()

    @property
    def good(self) -> bool:
        return not self.findings and not any(any(differences(script, walked)) for script, walked in self.walks)

    def as_json(self) -> dict[str, Any]:
        """`findings` (file, line, level, what) and `walks`: it, steps, outcome, acts, owes, answers, differences.

        A step has `hears` (text, language, sound: the sha256 of a recorded one or null), `does` and `answered`.
        """
        return {
            "findings": [one.told() for one in self.findings],
            "walks": [
                {
                    "it": script.it,
                    "steps": list(_steps(walked)),
                    "outcome": walked.outcome,
                    "acts": walked.acts,
                    "owes": walked.owes,
                    "answers": walked.answers,
                    "differences": list(differences(script, walked)),
                }
                for script, walked in self.walks
            ],
        }

    def lines(self) -> Iterator[str]:
        """For people: a step a line, below it ◀ what he hears and ▶ what he does."""
        yield from map(str, self.findings)
        for script, walked in self.walks:
            yield f"# {script.it}"
            yield from (f"{SIGNS[one.what]}{one.word}" for one in walked.told)
            yield f"= {walked.outcome or 'no outcome of the flow'}"
            yield from (f"! {one}" for one in differences(script, walked))


def simulate(flow_file: Path, script_file: Path, known: Known = NOTHING) -> Simulated:
    """Check both files, then walk every script."""
    try:
        flow_text, script_text = text_of(flow_file), text_of(script_file)
    except OSError as wrong:
        return Simulated((Finding(str(wrong.filename), 1, f"cannot be read: {wrong.strerror}"),))
    known = beside(flow_file, known)
    loaded = check_source(flow_text, str(flow_file), known)
    name, scripts, findings = read_scripts(script_text, str(script_file))
    if loaded.flow is None or findings:
        return Simulated((*loaded.findings, *findings))
    if name not in ("", loaded.flow.name):
        return Simulated((Finding(str(script_file), 1, f"the walks are through flow {name!r}; the flow given is {loaded.flow.name!r}"),))
    flow = replace(loaded.flow, others={**(known.others or {}), loaded.flow.name: loaded.flow})
    return Simulated(walks=tuple((script, walk_script(flow, script)) for script in scripts))


def _steps(walked: Walked) -> Iterator[dict[str, Any]]:
    step: dict[str, Any] = {}
    for one in walked.told:
        if one.what == "entered" or not step:
            if step:
                yield step
            step = {"step": one.word if one.what == "entered" else None, "hears": [], "does": [], "answered": []}
        if one.what == "hears":
            step["hears"].append({"text": one.word, "language": one.language, "sound": one.sound or None})
        elif one.what != "entered":
            step[one.what].append(one.word)
    if step:
        yield step
