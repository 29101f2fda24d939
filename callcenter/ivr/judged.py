"""All files of flows judged together: the flows, the walks beside them, the prompts that the dialplan plays."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from callcenter.ivr.check import Known, check_files, check_source
from callcenter.ivr.finding import Finding
from callcenter.ivr.load import read_prompts
from callcenter.ivr.script import judge, read_scripts
from callcenter.ivr.versions import NAMED_PROMPTS, WALKS


def judge_all(paths: Iterable[Path], known: Known) -> tuple[Finding, ...]:
    """Every finding, by file and line. A folder stands for its *.yaml files; walks are walked through the flow beside them."""
    findings: set[Finding] = set()
    flows: list[Path] = []
    for path in paths:
        files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        if not files:
            findings.add(Finding(str(path), 1, "expected a folder with flows (*.yaml), it has none"))
        for file in files:
            if file.name == NAMED_PROMPTS:
                findings |= set(read_prompts(file)[1])
            elif file.name.endswith(WALKS):
                findings |= set(_walk(file, known))
            else:
                flows.append(file)
    return tuple(sorted(findings | set(check_files(flows, known))))


def _walk(file: Path, known: Known) -> tuple[Finding, ...]:
    beside = file.with_name(file.name.removesuffix(WALKS) + ".yaml")
    try:
        name, scripts, findings = read_scripts(_text(file), str(file))
    except OSError as wrong:
        return (Finding(str(file), 1, f"cannot be read: {wrong.strerror}"),)
    try:
        loaded = check_source(_text(beside), str(beside), known)
    except OSError as wrong:
        return (*findings, Finding(str(file), 1, f"the flow beside it, {beside.name}, cannot be read: {wrong.strerror}"))
    if findings or loaded.flow is None:
        return (*findings, *loaded.findings)
    if loaded.flow.name != name:
        return (Finding(str(file), 1, f"the walks are through flow {name!r}; the flow beside them is {loaded.flow.name!r}"),)
    return tuple(finding for script in scripts for finding in judge(loaded.flow, script, str(file)))


def _text(file: Path) -> str:
    return file.read_bytes().decode("utf-8", errors="replace")
