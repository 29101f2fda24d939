"""What stands beside a file of a flow in its folder: the flows that it may go to, and the prompts that have a name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from callcenter.ivr.language.known import Known, NamedPrompt
from callcenter.ivr.language.load import load, read_prompts
from callcenter.ivr.language.reader import text_of
from callcenter.ivr.language.steps import together
from callcenter.ivr.walking.hotline_flows import NAMED_PROMPTS, flow_files


def beside(file: Path, known: Known) -> Known:
    """`known`, and where it says nothing of prompts or other flows, those of the file's folder."""
    folder = file if file.is_dir() else file.parent
    if known.prompts is None and (folder / NAMED_PROMPTS).exists():
        named, _ = read_prompts(folder / NAMED_PROMPTS)
        known = replace(known, prompts={name: NamedPrompt(texts) for name, texts in named.items()})
    if known.others is None:
        flows = (load(text_of(path), str(path), known).flow for path in flow_files(folder) if path.is_file())
        known = replace(known, others=together(flow for flow in flows if flow is not None))
    return known
