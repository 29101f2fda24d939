"""Prompts by name in the store: what each says now, what it said before, and its sounds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit.service import append
from callcenter.ivr.language.known import NamedPrompt
from callcenter.ivr.named.tables import PromptImportRow, PromptRow, PromptSoundRow, PromptVersionRow
from callcenter.ivr.sounds.decoder import Sound
from callcenter.store.clock import Clock, now_ms
from callcenter.store.engine import Store

DIALPLAN = ("fallback_welcome", "fallback_sorry", "seat_nobody", "park_empty", "demo_customer")
"""Prompts that Asterisk's own plan plays by name, without us: they are never removed."""


@dataclass(frozen=True)
class Said:
    """What a prompt says, or said, in one language from `at` (ms) on. `sound` None: the voice speaks the text; else `ms` is its length.

    `source`: spoken, uploaded or recorded; `file`: what the uploaded file was called; `by`: a user's number, or the command's.
    """

    id: int
    language: str
    text: str
    sound: str | None
    ms: int | None
    source: str
    file: str
    at: int
    by: str


@dataclass(frozen=True)
class KeptPrompt:
    """One prompt as it is now; `said` by language."""

    name: str
    title: str
    changed: int
    said: Mapping[str, Said] = field(default_factory=dict)

    @property
    def named(self) -> NamedPrompt:
        """As flows use it."""
        sounds = {language: said.sound for language, said in self.said.items() if said.sound}
        return NamedPrompt({language: said.text for language, said in self.said.items()}, sounds)


@dataclass(frozen=True)
class Imported:
    """What came of an import: names that are new, names whose texts were changed, names that say what the file says already."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]


def of_dialplan(named: Mapping[str, NamedPrompt]) -> Mapping[str, NamedPrompt]:
    """Those of them that Asterisk's plan plays."""
    return {name: prompt for name, prompt in named.items() if name in DIALPLAN}


class NoSuchPrompt(Exception):
    """There is no prompt of that name, or no such version of it."""


class AlreadyThere(Exception):
    """There is a prompt of that name."""


class Overtaken(Exception):
    """Somebody changed what the prompt says meanwhile; `said` is what it says now."""

    def __init__(self, said: Said) -> None:
        super().__init__(f"it was changed by {said.by}")
        self.said = said


class NamedPrompts:
    """The one writer of the prompts' tables. `by` is a user's number, or the command's; each change stands in the audit trail."""

    def __init__(self, store: Store, *, clock: Clock = now_ms) -> None:
        self._store = store
        self._clock = clock

    async def all(self) -> list[KeptPrompt]:
        """By name."""
        async with self._store.transaction() as session:
            rows = list(await session.scalars(select(PromptRow).order_by(PromptRow.name)))
            said = await _said_now(session)
        return [KeptPrompt(row.name, row.title, row.changed, MappingProxyType(said.get(row.name, {}))) for row in rows]

    async def named(self) -> Mapping[str, NamedPrompt]:
        """All of them as flows use them."""
        return {prompt.name: prompt.named for prompt in await self.all()}

    async def one(self, name: str) -> KeptPrompt:
        """Raise NoSuchPrompt."""
        async with self._store.transaction() as session:
            row = await session.get(PromptRow, name)
            if row is None:
                raise NoSuchPrompt(name)
            return KeptPrompt(row.name, row.title, row.changed, MappingProxyType((await _said_now(session, name)).get(name, {})))

    async def versions(self, name: str) -> list[Said]:
        """All that it said in any language, newest first."""
        query = _versions().where(PromptVersionRow.prompt == name).order_by(PromptVersionRow.id.desc())
        async with self._store.transaction() as session:
            return [_said(row, ms) for row, ms in await session.execute(query)]

    async def version(self, name: str, id: int) -> Said:
        """Raise NoSuchPrompt."""
        async with self._store.transaction() as session:
            return await _version(session, name, id)

    async def sound(self, sha: str) -> bytes | None:
        """The WAV of that name."""
        async with self._store.transaction() as session:
            return await session.scalar(select(PromptSoundRow.wav).where(PromptSoundRow.sha == sha))

    async def add(self, name: str, title: str, texts: Mapping[str, str], *, by: str) -> None:
        """A new prompt that the voice speaks. Raise AlreadyThere."""
        try:
            async with self._store.transaction() as session:
                await self._add(session, name, title, texts, by)
                await append(session, at=self._clock(), who=by, act="prompt_added", what=name)
        except IntegrityError:
            raise AlreadyThere(name) from None

    async def entitle(self, name: str, title: str, *, by: str) -> None:
        """Say what it is for. Raise NoSuchPrompt."""
        async with self._store.transaction() as session:
            await self._changed(session, name, title=title)
            await append(session, at=self._clock(), who=by, act="prompt_entitled", what=f"{name}: {title}")

    async def write(
        self,
        name: str,
        language: str,
        text: str,
        *,
        sound: Sound | str | None = None,
        source: str = "uploaded",
        file: str = "",
        after: int | None = None,
        by: str,
    ) -> Said:
        """What it says from now on. `sound`: a new one, or the name of one that is kept; None: the voice speaks the text.

        `after`: the version (its id) that was read, 0 for none; raise Overtaken when another one came meanwhile. Raise NoSuchPrompt.
        What is the same as before makes no version.
        """
        async with self._store.transaction() as session:
            await self._changed(session, name)
            before = (await _said_now(session, name)).get(name, {}).get(language)
            if before and after is not None and before.id != after:
                raise Overtaken(before)
            sha = sound.sha if isinstance(sound, Sound) else sound
            if before and (before.text, before.sound) == (text, sha):
                return before
            if isinstance(sound, Sound):
                await _keep_sound(session, sound)
            elif sha and before and before.sound == sha:
                source, file = before.source, before.file
            row = self._row(name, language, text, by, sound=sha, source=source if sha else "spoken", file=file if sha else "")
            session.add(row)
            await session.flush()
            told = f"{name} {language} version {row.id} {row.source}: {text if sha is None else f'{sha[:16]} {text}'}"
            await append(session, at=row.at, who=by, act="prompt_changed", what=told)
            return await _version(session, name, row.id)

    async def put_back(self, name: str, id: int, *, by: str) -> Said:
        """It says again what it said in that version, as a version of its own. Raise NoSuchPrompt."""
        async with self._store.transaction() as session:
            await self._changed(session, name)
            old = await _version(session, name, id)
            row = self._row(name, old.language, old.text, by, sound=old.sound, source=old.source, file=old.file)
            session.add(row)
            await session.flush()
            await append(session, at=row.at, who=by, act="prompt_put_back", what=f"{name} {old.language} version {id}")
            return await _version(session, name, row.id)

    async def remove(self, name: str, *, by: str) -> None:
        """Away with it and what it said. Its sounds stay: versions of flows that were published with it play them. Raise NoSuchPrompt."""
        if name in DIALPLAN:
            raise NoSuchPrompt(f"{name} is Asterisk's own to play")
        async with self._store.transaction() as session:
            await self._changed(session, name)
            await session.execute(delete(PromptVersionRow).where(PromptVersionRow.prompt == name))
            await session.execute(delete(PromptRow).where(PromptRow.name == name))
            await append(session, at=self._clock(), who=by, act="prompt_removed", what=name)

    async def import_new(self, texts: Mapping[str, Mapping[str, str]], *, by: str) -> Imported:
        """Those of a file that were never imported: what a centre begins with, and what an upgrade brings. What is there stays as it is."""
        async with self._store.transaction() as session:
            known = set(await session.scalars(select(PromptImportRow.name)))
        return await self.import_all({name: one for name, one in texts.items() if name not in known}, keep=True, by=by)

    async def import_all(self, texts: Mapping[str, Mapping[str, str]], *, keep: bool = False, by: str) -> Imported:
        """Every prompt of a file: what differs is spoken by the voice from now on. `keep`: what is there stays as it is."""
        new: list[str] = []
        changed: list[str] = []
        same: list[str] = []
        for name, one in texts.items():
            async with self._store.transaction() as session:
                await session.execute(delete(PromptImportRow).where(PromptImportRow.name == name))
                session.add(PromptImportRow(name=name, sum=_sum(one)))
                there = await session.get(PromptRow, name)
                if there is None:
                    await self._add(session, name, "", one, by)
                    await append(session, at=self._clock(), who=by, act="prompt_added", what=name)
                    new.append(name)
                    continue
            written = [] if keep else await self._differing(name, one, by)
            (changed if written else same).append(name)
        return Imported(tuple(new), tuple(changed), tuple(same))

    async def differing(self, texts: Mapping[str, Mapping[str, str]]) -> list[str]:
        """Names whose texts in a file are not those that were last imported."""
        async with self._store.transaction() as session:
            sums = {row.name: row.sum for row in await session.scalars(select(PromptImportRow))}
        return [name for name, one in texts.items() if sums.get(name) != _sum(one)]

    async def _differing(self, name: str, texts: Mapping[str, str], by: str) -> list[Said]:
        now = (await self.one(name)).said
        wanted = {language: text for language, text in texts.items() if language not in now or now[language].text != text}
        return [await self.write(name, language, text, by=by) for language, text in wanted.items()]

    async def _add(self, session: AsyncSession, name: str, title: str, texts: Mapping[str, str], by: str) -> None:
        session.add(PromptRow(name=name, title=title, changed=self._clock()))
        await session.flush()
        session.add_all(self._row(name, language, text, by) for language, text in texts.items())

    async def _changed(self, session: AsyncSession, name: str, **values: str) -> None:
        # Written before anything is read, so that of two who act at once the second sees what the first did.
        done = await session.execute(
            update(PromptRow).where(PromptRow.name == name).values(changed=self._clock(), **values).returning(PromptRow.name)
        )
        if done.first() is None:
            raise NoSuchPrompt(name)

    def _row(
        self, name: str, language: str, text: str, by: str, *, sound: str | None = None, source: str = "spoken", file: str = ""
    ) -> PromptVersionRow:
        return PromptVersionRow(
            prompt=name, language=language, text=text, sound=sound, source=source, file=file[:80], at=self._clock(), who=by
        )


def _versions() -> Select[PromptVersionRow, int | None]:
    lengths = PromptSoundRow.sha == PromptVersionRow.sound
    return select(PromptVersionRow, PromptSoundRow.ms).outerjoin(PromptSoundRow, lengths)


async def _said_now(session: AsyncSession, name: str | None = None) -> dict[str, dict[str, Said]]:
    newest = select(func.max(PromptVersionRow.id)).group_by(PromptVersionRow.prompt, PromptVersionRow.language)
    if name is not None:
        newest = newest.where(PromptVersionRow.prompt == name)
    found: dict[str, dict[str, Said]] = {}
    for row, ms in await session.execute(_versions().where(PromptVersionRow.id.in_(newest))):
        found.setdefault(row.prompt, {})[row.language] = _said(row, ms)
    return found


async def _version(session: AsyncSession, name: str, id: int) -> Said:
    query = _versions().where(PromptVersionRow.prompt == name, PromptVersionRow.id == id)
    found = (await session.execute(query)).first()
    if found is None:
        raise NoSuchPrompt(f"{name} {id}")
    return _said(*found)


async def _keep_sound(session: AsyncSession, sound: Sound) -> None:
    if await session.scalar(select(PromptSoundRow.sha).where(PromptSoundRow.sha == sound.sha)) is None:
        session.add(PromptSoundRow(sha=sound.sha, wav=sound.wav, ms=sound.ms))
        await session.flush()


def _said(row: PromptVersionRow, ms: int | None) -> Said:
    return Said(row.id, row.language, row.text, row.sound, ms, row.source, row.file, row.at, row.who)


def _sum(texts: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(dict(texts), sort_keys=True, ensure_ascii=False).encode()).hexdigest()
