"""`callcenter prompts list|say|import|publish|export`: prompts by name at the command line; the page does the same."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import yaml

from callcenter.ivr.language.load import read_prompts
from callcenter.ivr.language.words import LANGUAGES
from callcenter.ivr.named import rules, uses
from callcenter.ivr.named.service import KeptPrompt, NoSuchPrompt
from callcenter.ivr.published.in_use import InUse, silent
from callcenter.ivr.published.kept import NoSuchFlow, Overtaken
from callcenter.ivr.published.publishing import Refused, publish_again
from callcenter.ivr.sounds.decoder import Decoder, NoSound
from callcenter.ivr.sounds.engines import engine_of
from callcenter.ivr.sounds.prompts import PromptError, Prompts, wav
from callcenter.ivr.sounds.speaker import Speaker
from callcenter.ivr.sounds.speech import Voice
from callcenter.ivr.walking.commands import Words
from callcenter.ivr.walking.hotline_flows import NAMED_PROMPTS
from callcenter.rooms import Rooms, rooms
from callcenter.settings import Settings, read

BY = "command"
"""Who did it, in the versions and in the audit: nobody signs in at the command line."""

Doing = Callable[[argparse.Namespace, Settings, Rooms], Awaitable[int]]


class CannotImport(Exception):
    """A file is neither prompts nor a prompt's sound; says which and why."""


def add_to(commands: Any) -> None:
    """The words of the commands."""
    prompts = commands.add_parser("prompts", help="what callers hear, by name").add_subparsers(required=True, metavar="what")
    listing = prompts.add_parser("list", help="the prompts: what each says, how, and in which flows")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=_in_store(_list))
    saying = prompts.add_parser("say", help="write a prompt, or any text, as the WAV file that callers hear")
    saying.add_argument("name", help="a prompt's name; with --text, the text itself")
    saying.add_argument("--text", action="store_true")
    saying.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0], help=f"({LANGUAGES[0]})")
    saying.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    saying.set_defaults(run=_in_store(_say))
    importing = prompts.add_parser("import", help="take texts from a prompts file, and sounds from files such as welcome.zh.mp3")
    importing.add_argument("files", nargs="+", type=Path)
    importing.set_defaults(run=_in_store(_import))
    publishing = prompts.add_parser("publish", help="publish flows in use again with their prompts as they are now; drafts stay")
    publishing.add_argument("flows", nargs="*", metavar="flow", help="those that play what prompts said before when left out")
    publishing.set_defaults(run=_in_store(_publish))
    exporting = prompts.add_parser("export", help="write the texts as a prompts file, and the recordings beside it")
    exporting.add_argument("names", nargs="*", metavar="name", help="all prompts when left out")
    exporting.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    exporting.set_defaults(run=_in_store(_export))


def _in_store(do: Doing) -> Callable[[argparse.Namespace], int]:
    return lambda asked: asyncio.run(_with_rooms(asked, read(), do))


async def _with_rooms(asked: argparse.Namespace, settings: Settings, do: Doing) -> int:
    house = rooms(settings)
    try:
        return await do(asked, settings, house)
    except NoSuchPrompt as wrong:
        print(f"there is no prompt {str(wrong)!r}; callcenter prompts list tells which there are", file=sys.stderr)
    except (CannotImport, PromptError) as wrong:
        print(wrong, file=sys.stderr)
    except OSError as wrong:
        print(f"{wrong.filename}: {wrong.strerror}", file=sys.stderr)
    finally:
        await house.store.close()
    return 1


async def _list(asked: argparse.Namespace, _settings: Settings, house: Rooms) -> int:
    prompts = await house.prompts.all()
    used = await uses.uses(house.flows, {prompt.name: prompt.named for prompt in prompts})
    told = [_told(prompt, used.get(prompt.name, ())) for prompt in prompts]
    if asked.json:
        print(json.dumps(told, ensure_ascii=False))
        return 0
    for one in told:
        languages = " ".join(f"{language}:{said['source']}" for language, said in one["says"].items())
        where = ", ".join(one["used"]) or ("outside flows" if one["name"] in uses.OUTSIDE else "unused")
        print(f"{one['name']:<24} {languages:<28} {where}")
    return 0


def _told(prompt: KeptPrompt, used: tuple[rules.Use, ...]) -> dict[str, Any]:
    """For programs: `seconds` of a recorded sound, None for what the voice speaks."""
    says = {
        language: {"text": said.text, "source": said.source, "seconds": None if said.ms is None else said.ms / 1000}
        for language, said in sorted(prompt.said.items())
    }
    return {"name": prompt.name, "title": prompt.title, "says": says, "used": [f"{use.flow}/{use.step}" for use in used]}


async def _say(asked: argparse.Namespace, settings: Settings, house: Rooms) -> int:
    if asked.text:
        words = Words(rules.tried(asked.name, asked.language), fixed=False)
    else:
        said = (await house.prompts.one(asked.name)).said.get(asked.language)
        if said is None:
            print(f"the prompt {asked.name} says nothing in {asked.language}", file=sys.stderr)
            return 1
        words = Words(rules.tried(said.text, asked.language), fixed=rules.recordable(said.text), sound=said.sound or "")
    engine = engine_of(settings)
    async with Voice() as voice:
        speaker = Speaker(engine, Decoder()) if engine else None
        path = await Prompts(settings.prompts, voice, speaker=speaker, stored=house.prompts.sound).file(words, asked.language)
        if speaker and speaker.trouble:
            print(f"spoken by the bundled voice: {speaker.trouble}", file=sys.stderr)
    asked.output.write_bytes(wav(path).read_bytes())
    return 0


async def _import(asked: argparse.Namespace, _settings: Settings, house: Rooms) -> int:
    for file in asked.files:
        if file.suffix in (".yaml", ".yml"):
            await _import_texts(file, house)
        else:
            await _import_sound(file, house)
    return 0


async def _import_texts(file: Path, house: Rooms) -> None:
    texts, findings = read_prompts(file)
    if findings:
        raise CannotImport("\n".join(str(finding) for finding in findings))
    done = await house.prompts.import_all(texts, by=BY)
    for names, what in ((done.new, "new"), (done.changed, "changed"), (done.same, "as it was")):
        for name in names:
            print(f"{name}: {what}")


async def _import_sound(file: Path, house: Rooms) -> None:
    name, _, language = file.stem.rpartition(".")
    if language not in LANGUAGES:
        raise CannotImport(
            f"{file}: expected a name such as welcome.{LANGUAGES[0]}{file.suffix}: the prompt, the language, the kind of file"
        )
    said = (await house.prompts.one(name)).said.get(language)
    if said is None:
        raise CannotImport(f"{file}: the prompt {name} has no text in {language} yet")
    if not rules.recordable(said.text):
        raise CannotImport(f"{file}: {name} says what is filled in for each caller, which no recording can: {said.text}")
    try:
        sound = await Decoder().decode(file.read_bytes())
    except NoSound as wrong:
        raise CannotImport(f"{file}: {wrong}") from wrong
    await house.prompts.write(name, language, said.text, sound=sound, file=file.name, by=BY)
    print(f"{name}: {language}, {sound.ms / 1000:.1f} s")


async def _publish(asked: argparse.Namespace, _settings: Settings, house: Rooms) -> int:
    in_use = InUse(house.flows, house.around, silent)
    await in_use.read()
    used = await uses.uses(house.flows, await house.prompts.named())
    waiting = rules.waiting(use for some in used.values() for use in some)
    failed = 0
    for name in asked.flows or waiting:
        try:
            version = await publish_again(in_use, name, by=BY, note="prompts as they are now")
            print(f"{name}: version {version.number} is in use")
        except NoSuchFlow:
            print(f"there is no flow {name!r} in use", file=sys.stderr)
            failed += 1
        except (Refused, Overtaken) as wrong:
            print(wrong, file=sys.stderr)
            failed += 1
    if not asked.flows and not waiting:
        print("every flow in use plays its prompts as they are now")
    return int(failed > 0)


async def _export(asked: argparse.Namespace, _settings: Settings, house: Rooms) -> int:
    prompts = [await house.prompts.one(name) for name in asked.names] or await house.prompts.all()
    asked.output.mkdir(parents=True, exist_ok=True)
    texts = {prompt.name: {language: said.text for language, said in prompt.said.items()} for prompt in prompts}
    (asked.output / NAMED_PROMPTS).write_text(yaml.safe_dump(texts, allow_unicode=True, sort_keys=False, width=140), encoding="utf-8")
    print(asked.output / NAMED_PROMPTS)
    for prompt in prompts:
        for language, said in prompt.said.items():
            if said.sound and (sound := await house.prompts.sound(said.sound)):
                (asked.output / f"{prompt.name}.{language}.wav").write_bytes(sound)
                print(asked.output / f"{prompt.name}.{language}.wav")
    return 0
