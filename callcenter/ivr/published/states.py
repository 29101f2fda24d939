"""How each flow stands: what is in use, what its draft and its file say."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from callcenter.ivr.language.finding import Finding, errors
from callcenter.ivr.published.in_use import InUse
from callcenter.ivr.published.kept import Draft, Use, Version
from callcenter.ivr.published.publishing import judge_draft
from callcenter.ivr.published.read_all import file_of
from callcenter.ivr.published.travel import FlowFile, differing, read_files


@dataclass(frozen=True)
class State:
    """One flow. `use`: since when its version is in use; None: it has none. `broken`: callers do not walk it, as it is not right any more;
    `trouble`: it is not, and they walk around what is wrong.

    `changed`: the draft is not what is in use; `wrong`: how many errors are in such a draft; `file`: changed, or '' for as it was imported.
    """

    draft: Draft
    use: Use | None
    hotlines: tuple[str, ...]
    broken: bool
    trouble: bool
    changed: bool
    wrong: int
    file: str


async def states(in_use: InUse, folder: Path) -> tuple[list[State], list[FlowFile]]:
    """Every flow by name, and the files in a folder that are in no flow yet."""
    drafts = await in_use.kept.drafts()
    used = {version.flow: version for version in await in_use.kept.in_use()}
    uses = {use.flow: use for use in await in_use.kept.uses()}
    files = differing(drafts, await files_of(folder))
    differ = {file.name: (file, how) for file, how in files}
    found = [
        State(
            draft,
            uses.get(draft.name),
            tuple(number for number, hotline in in_use.around.hotlines.items() if hotline.flow == draft.name),
            draft.number is not None and draft.name not in in_use.flows.by_name,
            draft.number is not None and bool(trouble_of(in_use, draft.name)),
            not same(draft, used.get(draft.name)),
            await _wrong(in_use, draft) if not same(draft, used.get(draft.name)) else 0,
            "changed" if draft.name in differ else "",
        )
        for draft in drafts
    ]
    return found, [file for file, how in differ.values() if how == "new"]


async def files_of(folder: Path) -> Sequence[FlowFile]:
    """The files of flows in a folder; none where there is no folder."""
    return await asyncio.to_thread(read_files, [folder]) if folder.is_dir() else ()


def same(draft: Draft, version: Version | None) -> bool:
    return version is not None and (version.text, version.walks) == (draft.text, draft.walks)


def trouble_of(in_use: InUse, name: str) -> tuple[Finding, ...]:
    """What is wrong with a flow that is in use."""
    return tuple(one for one in errors(in_use.findings) if one.file == file_of(name))


async def _wrong(in_use: InUse, draft: Draft) -> int:
    return len(errors((await judge_draft(in_use, draft)).findings))
