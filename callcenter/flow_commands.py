"""`callcenter flow …`: files of flows checked, walked and drawn; flows between files and the store, and into use, as the pages do it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from callcenter.hotlines.service import Hotlines
from callcenter.ivr.checking.check import Known, check_source
from callcenter.ivr.language.action import titles_of
from callcenter.ivr.language.finding import Finding, errors
from callcenter.ivr.language.reader import text_of
from callcenter.ivr.language.steps import Flow
from callcenter.ivr.published.in_use import InUse, silent
from callcenter.ivr.published.kept import Draft, NoSuchFlow, NothingNew, Overtaken
from callcenter.ivr.published.publishing import NothingBefore, Refused, judge, publish_together, roll_back
from callcenter.ivr.published.read_all import Source, linked
from callcenter.ivr.published.travel import CannotImport, FlowFile, bring, files_in, read_file, unfit, write_files
from callcenter.ivr.scripts.beside import beside
from callcenter.ivr.scripts.judged import judge_all
from callcenter.ivr.scripts.simulate import simulate
from callcenter.ivr.seen.days import Days
from callcenter.ivr.seen.funnel import figures
from callcenter.ivr.seen.marks import with_figures
from callcenter.ivr.seen.picture.draw import Shown, draw
from callcenter.ivr.seen.tally import Wanted
from callcenter.ivr.seen.visits import Visits
from callcenter.migrations import run as migrations
from callcenter.rooms import Rooms, rooms
from callcenter.settings import Settings, read
from callcenter.store.engine import Store

BY = "command"
"""Who did it, in the history and in the audit: nobody signs in at the command line."""

Doing = Callable[[argparse.Namespace, Settings, Rooms], Awaitable[int]]


def add_to(commands: Any) -> None:
    """The words of the commands."""
    flow = commands.add_parser("flow", help="voice menus").add_subparsers(required=True, metavar="what")
    _of_files(flow)
    _of_store(flow)


def _of_files(flow: Any) -> None:
    checking = flow.add_parser("check", help="check flows and walk the scripts beside them; exit 1 on an error, not on warnings")
    checking.add_argument("files", nargs="*", type=Path, help="files or folders; the folder of flows when left out")
    checking.add_argument("--json", action="store_true")
    checking.set_defaults(run=_check)
    simulating = flow.add_parser("simulate", help="walk a script through a flow; exit 1 if it goes otherwise than expected")
    simulating.add_argument("file", type=Path, help="the flow")
    simulating.add_argument("script", type=Path, help="walks such as those beside the flows, or one alone")
    simulating.add_argument("--json", action="store_true")
    simulating.set_defaults(run=_simulate)
    drawing = flow.add_parser("draw", help="draw a flow as a picture (SVG)")
    drawing.add_argument("file", type=Path)
    drawing.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="where the picture goes")
    drawing.add_argument("--language", choices=("zh", "en"), default="zh", help="of the steps' titles (zh)")
    drawing.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="with the figures of this day, of all its versions")
    drawing.set_defaults(run=_draw)


def _of_store(flow: Any) -> None:
    importing = flow.add_parser("import", help="make drafts of files, and say what is wrong with them; nothing is published")
    importing.add_argument("files", nargs="*", type=Path, help="files or folders; the folder of flows when left out")
    importing.add_argument("--force", action="store_true", help="also over a draft with changes that were not published")
    importing.set_defaults(run=_in_store(_import))
    exporting = flow.add_parser("export", help="write flows and their walks as files")
    exporting.add_argument("names", nargs="*", metavar="name", help="all flows when left out")
    exporting.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    exporting.add_argument("--in-use", action="store_true", help="the versions in use instead of the drafts")
    exporting.set_defaults(run=_in_store(_export))
    publishing = flow.add_parser("publish", help="check drafts, walk their scripts, and have new callers walk them from now on")
    publishing.add_argument("names", nargs="+", metavar="name", help="several that lead to each other are published together")
    publishing.add_argument("--note", default="", help="what is new in it")
    publishing.set_defaults(run=_in_store(_publish))
    rolling = flow.add_parser("rollback", help="put an earlier version in use again, the one before when none is named")
    rolling.add_argument("name")
    rolling.add_argument("--to", type=int, metavar="VERSION")
    rolling.add_argument("--note", default="", help="why")
    rolling.set_defaults(run=_in_store(_roll_back))


def _known() -> Known:
    """What flows may name without asking the store: actions are declared in code, and services in their file."""
    return Known(actions=rooms(read()).actions.by_name)


async def _known_here() -> Known:
    """What flows may name in this centre: its queues, agents and seats as well, where it has a store."""
    house = rooms(read())
    try:
        if not await migrations.is_newest(house.store.url):
            return Known(actions=house.actions.by_name, may_dial=house.may_dial)
        return replace((await house.around()).known, flows=None, prompts=None)
    finally:
        await house.store.close()


def _check(asked: argparse.Namespace) -> int:
    known = asyncio.run(_known_here())
    findings = judge_all(asked.files or [read().flows], known)
    if known.queues is None:
        print("this centre has no store yet: which queues, agents and seats there are is not known", file=sys.stderr)
    if asked.json:
        print(json.dumps([finding.told() for finding in findings], ensure_ascii=False))
    else:
        print("\n".join(str(finding) for finding in findings) or "nothing is wrong")
    return int(bool(errors(findings)))


def _simulate(asked: argparse.Namespace) -> int:
    simulated = simulate(asked.file, asked.script, _known())
    if asked.json:
        print(json.dumps(simulated.as_json(), ensure_ascii=False))
    else:
        print("\n".join(simulated.lines()))
    return int(not simulated.good)


def _draw(asked: argparse.Namespace) -> int:
    try:
        known = beside(asked.file, _known())
        loaded = check_source(text_of(asked.file), str(asked.file), known)
        if loaded.flow is not None:
            flow = replace(loaded.flow, others=known.others or {})
            shown = asyncio.run(_shown(flow, asked.day, asked.language, read()))
            actions = titles_of((known.actions or {}).values(), asked.language)
            asked.output.write_text(draw(flow, asked.language, replace(shown, actions=actions)), encoding="utf-8")
    except OSError as wrong:
        print(f"{wrong.filename}: {wrong.strerror}", file=sys.stderr)
        return 1
    for finding in loaded.findings:
        print(finding, file=sys.stderr)
    return 0 if loaded.flow is not None else 1


async def _shown(flow: Flow, day: date | None, language: str, settings: Settings) -> Shown:
    """What queues are called, where there is a store that says so; with a day, what callers did in the flow on this day of the site's."""
    if day is None and not await migrations.is_newest(settings.database_url):
        return Shown()
    store = Store(settings.database_url)
    try:
        queues = await Hotlines(store).queue_titles(language)
        if day is None:
            return Shown(queues=queues)
        of = Days(day, day, settings.zone)
        tallies = await Visits(store).tallies(Wanted(flow.name, of.since, of.until))
    finally:
        await store.close()
    return replace(with_figures(flow, figures(tallies), "zh_CN" if language == "zh" else language), queues=queues)


def _in_store(do: Doing) -> Callable[[argparse.Namespace], int]:
    return lambda asked: asyncio.run(_with_rooms(asked, read(), do))


async def _with_rooms(asked: argparse.Namespace, settings: Settings, do: Doing) -> int:
    house = rooms(settings)
    try:
        return await do(asked, settings, house)
    except NoSuchFlow as wrong:
        have = ", ".join(draft.name for draft in await house.flows.drafts()) or "none"
        print(f"there is no flow, or no version of it, {str(wrong)!r}; the flows are {have}", file=sys.stderr)
    except (NothingBefore, NothingNew, Overtaken) as wrong:
        print(wrong, file=sys.stderr)
    except Refused as wrong:
        _say(wrong.findings)
        print(str(wrong).partition(":")[0], file=sys.stderr)
    except OSError as wrong:
        print(f"{wrong.filename}: {wrong.strerror}", file=sys.stderr)
    finally:
        await house.store.close()
    return 1


async def _import(asked: argparse.Namespace, settings: Settings, house: Rooms) -> int:
    """Every file, whatever is wrong with another one; exit 1 when one did not become a draft."""
    in_use = await _in_use(house)
    files = list(_readable(files_in(asked.files or [settings.flows])))
    fit = [file for file in files if file and not unfit(file)]
    beside = {**in_use.flows.by_name, **linked([Source(file.name, file.text) for file in fit], in_use.around.known)}
    brought = [await _brought(house, file, asked.force) for file in files if file]
    for file in fit:
        judged = judge(file.name, file.text, file.walks, in_use.around, beside)
        _say(judged.findings)
        if (draft := next((one for one in brought if one and one.name == file.name), None)) is not None:
            print(f"{draft.name}: draft, {await _beside(house, draft)}{'' if judged.good else '; it cannot be published as it is'}")
    return int(None in files or None in brought)


def _readable(paths: Iterable[Path]) -> Iterator[FlowFile | None]:
    """None for one that cannot be read, and why is said."""
    for path in paths:
        try:
            yield read_file(path)
        except OSError as wrong:
            print(f"{wrong.filename}: {wrong.strerror}", file=sys.stderr)
            yield None


async def _brought(house: Rooms, file: FlowFile, force: bool) -> Draft | None:
    """The draft that the file has become; None for one that cannot, and why is said."""
    try:
        return await bring(house.flows, file, by=BY, force=force)
    except (CannotImport, Overtaken) as wrong:
        print(wrong, file=sys.stderr)
        return None


async def _export(asked: argparse.Namespace, _settings: Settings, house: Rooms) -> int:
    drafts = [await house.flows.draft(name) for name in asked.names] or await house.flows.drafts()
    texts = [(draft.name, draft.text, draft.walks) for draft in drafts]
    if asked.in_use:
        texts = [(one.flow, one.text, one.walks) for one in await house.flows.in_use() if one.flow in {draft.name for draft in drafts}]
    for path in write_files(asked.output, texts):
        print(path)
    return 0


async def _publish(asked: argparse.Namespace, _settings: Settings, house: Rooms) -> int:
    drafts = [await house.flows.draft(name) for name in dict.fromkeys(asked.names)]
    versions = {one.flow: one for one in await publish_together(await _in_use(house), drafts, by=BY, note=asked.note)}
    for draft in drafts:
        if draft.name in versions:
            print(f"{draft.name}: version {versions[draft.name].number} is in use")
        else:
            print(f"{draft.name}: nothing has changed since version {draft.number}")
    return 0


async def _roll_back(asked: argparse.Namespace, _settings: Settings, house: Rooms) -> int:
    version = await roll_back(await _in_use(house), asked.name, asked.to, by=BY, note=asked.note)
    print(f"{asked.name}: version {version.number} is in use again; the draft stays as it is")
    return 0


async def _in_use(house: Rooms) -> InUse:
    in_use = InUse(house.flows, house.around, silent)
    await in_use.read()
    return in_use


async def _beside(house: Rooms, draft: Draft) -> str:
    """How a draft stands to the version in use, in words."""
    if draft.number is None:
        return "never published"
    version = await house.flows.version(draft.name, draft.number)
    same = (version.text, version.walks) == (draft.text, draft.walks)
    return f"{'as' if same else 'differs from'} version {draft.number} in use"


def _say(findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        print(finding, file=sys.stderr)
