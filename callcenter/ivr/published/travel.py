"""How flows travel: files become drafts, drafts become files. A fresh centre begins with the files there are."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from callcenter.ivr.language.finding import Finding, errors
from callcenter.ivr.language.reader import MOST_BYTES, text_of
from callcenter.ivr.language.words import NAME
from callcenter.ivr.published.around import Around
from callcenter.ivr.published.kept import Draft, KeptFlows, sum_of
from callcenter.ivr.published.publishing import judge
from callcenter.ivr.published.read_all import Source, file_of, linked, prompts_used, walks_of
from callcenter.ivr.walking.hotline_flows import WALKS, flow_files

NAMED = re.compile(r"""^name:[ \t]*["']?([a-z][a-z0-9_-]{0,39})["']?[ \t]*(?:#.*)?$""", re.MULTILINE)
"""The line that names a flow: also one that cannot be read is brought in under its name."""


@dataclass(frozen=True)
class FlowFile:
    """A flow's file, and the walks in the file beside it ('' for none)."""

    path: Path
    name: str
    text: str
    walks: str

    @property
    def sum(self) -> str:
        return sum_of(self.text, self.walks)


class CannotImport(Exception):
    """A file does not become a draft; says which and why."""


def files_in(paths: Iterable[Path]) -> list[Path]:
    """Files of flows, and all those of folders."""
    return [file for path in paths for file in (flow_files(path) if path.is_dir() else [path])]


def read_files(paths: Iterable[Path]) -> list[FlowFile]:
    """Files of flows, and all those of folders, by path. Raise OSError for one that cannot be read."""
    return [read_file(path) for path in files_in(paths)]


def read_file(path: Path) -> FlowFile:
    """One file, and the walks beside it. Raise OSError."""
    text = text_of(path)
    beside = _beside(path)
    walks = text_of(beside) if beside.exists() else ""
    named = NAMED.search(text)
    return FlowFile(path, named[1] if named else path.stem, text, walks)


def unfit(file: FlowFile) -> tuple[Finding, ...]:
    """Why a file cannot become a draft; nothing when it can, right or wrong as a flow."""
    found = []
    for path, text in ((file.path, file.text), (_beside(file.path), file.walks)):
        if len(text.encode()) > MOST_BYTES:
            found.append(Finding(str(path), 1, f"expected a file of at most {MOST_BYTES // 1024} KiB"))
        elif "\0" in text:
            found.append(Finding(str(path), 1, "it is no text"))
    if not NAME.fullmatch(file.name):
        what = f"expected a flow's name of small letters, digits, - and _ (at most 40), got {file.name[:60]!r}"
        found.append(Finding(str(file.path), 1, what))
    return tuple(found)


async def bring(kept: KeptFlows, file: FlowFile, *, by: str, force: bool = False) -> Draft:
    """A file becomes its flow's draft; nothing is published. Raise CannotImport, Overtaken.

    `force`: also over a draft with changes that are in no version and no file.
    """
    if why := unfit(file):
        raise CannotImport("\n".join(map(str, why)))
    drafts = {draft.name: draft for draft in await kept.drafts()}
    there = drafts.get(file.name)
    if there is None:
        return await kept.add(file.name, file.text, file.walks, by=by, imported=file.sum)
    if not force and (there.text, there.walks) != (file.text, file.walks) and await _unpublished(kept, there):
        raise CannotImport(f"{file.path}: the draft of {file.name} holds changes that were not published; --force writes over them")
    return await kept.save(file.name, file.text, file.walks, there.revision, by=by, imported=file.sum)


async def begin_with(kept: KeptFlows, folder: Path, around: Around) -> tuple[Finding, ...]:
    """A store without flows gets those of a folder, published where nothing is wrong with them; else nothing happens. What is wrong."""
    if await kept.drafts() or not folder.is_dir():
        return ()
    files = await asyncio.to_thread(read_files, [folder])
    good = {file.name: file for file in files if not unfit(file)}
    drafts = [await bring(kept, file, by="") for file in good.values()]
    wrong = [finding for file in files for finding in unfit(file)]
    return (*wrong, *await _publish_together(kept, around, drafts))


def differing(drafts: Sequence[Draft], files: Iterable[FlowFile]) -> Iterator[tuple[FlowFile, str]]:
    """Files that are not what was last imported, and in a word why: `new`, `changed`."""
    by_name = {draft.name: draft for draft in drafts}
    for file in files:
        draft = by_name.get(file.name)
        if draft is None:
            yield file, "new"
        elif file.sum != draft.imported:
            yield file, "changed"


def write_files(folder: Path, drafts: Iterable[tuple[str, str, str]]) -> list[Path]:
    """Write flows (name, text, walks) as files; those written. Raise OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text, walks in drafts:
        for file, content in ((file_of(name), text), (walks_of(name), walks)):
            if content:
                (folder / file).write_bytes(content.encode())
                written.append(folder / file)
    return written


async def _publish_together(kept: KeptFlows, around: Around, drafts: Sequence[Draft]) -> tuple[Finding, ...]:
    """Flows that lead to each other are right only together: each is judged beside the drafts of the others."""
    beside = linked([Source(draft.name, draft.text) for draft in drafts], around.known)
    wrong: list[Finding] = []
    for draft in drafts:
        judged = await asyncio.to_thread(judge, draft.name, draft.text, draft.walks, around, beside)
        if judged.flow is not None and judged.good:
            await kept.publish(draft.name, draft.revision, prompts_used(judged.flow), by="", note="")
        else:
            wrong += errors(judged.findings)
    return tuple(wrong)


async def _unpublished(kept: KeptFlows, draft: Draft) -> bool:
    if draft.number is None:
        return draft.imported != sum_of(draft.text, draft.walks)
    version = await kept.version(draft.name, draft.number)
    return (version.text, version.walks) != (draft.text, draft.walks) and draft.imported != sum_of(draft.text, draft.walks)


def _beside(path: Path) -> Path:
    """Where the walks of a flow's file are."""
    return path.with_name(path.name.removesuffix(".yaml") + WALKS)
