"""All files of flows judged together: the flows, the walks beside them, the prompts that the dialplan plays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from callcenter.ivr.checking.check import Known, check_files, check_source
from callcenter.ivr.language.finding import Finding, at_most
from callcenter.ivr.language.load import read_prompts
from callcenter.ivr.language.reader import text_of
from callcenter.ivr.scripts.beside import beside
from callcenter.ivr.scripts.script import judge, read_scripts
from callcenter.ivr.walking.hotline_flows import NAMED_PROMPTS, WALKS


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
                findings |= set(_walk(file, beside(file, known)))
            else:
                flows.append(file)
    for folder in {file.parent for file in flows}:
        findings |= set(check_files([file for file in flows if file.parent == folder], beside(folder, known)))
    return tuple(sorted(findings))


def _walk(file: Path, known: Known) -> tuple[Finding, ...]:
    flow_file = file.with_name(file.name.removesuffix(WALKS) + ".yaml")
    try:
        name, scripts, findings = read_scripts(text_of(file), str(file))
    except OSError as wrong:
        return (Finding(str(file), 1, f"cannot be read: {wrong.strerror}"),)
    try:
        loaded = check_source(text_of(flow_file), str(flow_file), known)
    except OSError as wrong:
        return (*findings, Finding(str(file), 1, f"the flow beside it, {flow_file.name}, cannot be read: {wrong.strerror}"))
    if findings or loaded.flow is None:
        return (*findings, *loaded.findings)
    if loaded.flow.name != name:
        return (Finding(str(file), 1, f"the walks are through flow {name!r}; the flow beside them is {loaded.flow.name!r}"),)
    flow = replace(loaded.flow, others={**(known.others or {}), loaded.flow.name: loaded.flow})
    return at_most(finding for script in scripts for finding in judge(flow, script, str(file)))
