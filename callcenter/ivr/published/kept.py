"""Flows in the store: drafts that are changed, versions that are published and put back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit.service import append
from callcenter.ivr.published.tables import FlowRow, FlowUseRow, FlowVersionRow
from callcenter.store.clock import Clock, now_ms
from callcenter.store.engine import Store

PromptsUsed = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""By a prompt's name: `texts` by language, and `sounds` (SHA-256) by language."""


@dataclass(frozen=True)
class Draft:
    """A flow as it is being written. `changed` in ms; `by` is a user's number, or the command's; `number` the version in use, None: none.

    `imported`: sum of the files it was last made from, '' for none.
    """

    name: str
    text: str
    walks: str
    revision: int
    changed: int
    by: str
    imported: str
    number: int | None


@dataclass(frozen=True)
class Wording:
    """What a version is made of."""

    text: str
    walks: str
    prompts: PromptsUsed

    @property
    def hash(self) -> str:
        return sum_of(self.text, self.walks, json.dumps(_plain(self.prompts), sort_keys=True, ensure_ascii=False))


@dataclass(frozen=True)
class Version:
    """What was published; `made` in ms."""

    flow: str
    number: int
    text: str
    walks: str
    prompts: PromptsUsed
    made: int
    by: str


@dataclass(frozen=True)
class Use:
    """A version came into use. `act`: published, rolled_back; `at` in ms."""

    flow: str
    number: int
    act: str
    at: int
    by: str
    note: str


class NoSuchFlow(Exception):
    """There is no flow, or no version of it, by that name."""


class AlreadyThere(Exception):
    """There is a flow of that name."""


class NothingNew(Exception):
    """What was to be published is in use already, word for word; `versions` are the numbers in use, by flow."""

    def __init__(self, versions: Mapping[str, int]) -> None:
        super().__init__("; ".join(f"{name}: nothing has changed since version {number}" for name, number in versions.items()))
        self.versions = versions


class Overtaken(Exception):
    """Somebody changed the draft meanwhile; `draft` is what it is now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(f"{draft.name} was changed by {draft.by}")
        self.draft = draft


class KeptFlows:
    """The one writer of the flows' tables. `by` is a user's number ('' for the server itself)."""

    def __init__(self, store: Store, *, clock: Clock = now_ms) -> None:
        self._store = store
        self._clock = clock

    async def drafts(self) -> list[Draft]:
        """By name."""
        async with self._store.transaction() as session:
            return [_draft(row) for row in await session.scalars(select(FlowRow).order_by(FlowRow.name))]

    async def draft(self, name: str) -> Draft:
        """Raise NoSuchFlow."""
        async with self._store.transaction() as session:
            return _draft(await _row(session, name))

    async def add(self, name: str, text: str, walks: str, *, by: str, imported: str = "") -> Draft:
        """A new flow's draft. Raise AlreadyThere."""
        row = FlowRow(name=name, text=text, walks=walks, revision=1, changed=self._clock(), changed_by=by, imported=imported, number=None)
        try:
            async with self._store.transaction() as session:
                session.add(row)
                await session.flush()
                await append(session, at=self._clock(), who=by, act="flow_added", what=name)
        except IntegrityError:
            raise AlreadyThere(name) from None
        return _draft(row)

    async def save(self, name: str, text: str, walks: str, revision: int, *, by: str, imported: str | None = None) -> Draft:
        """Change the draft that was read at this revision. Raise Overtaken when it was changed since, NoSuchFlow.

        `imported`: the sum of the files that it is made from.
        """
        values: dict[str, Any] = {"text": text, "walks": walks, "changed": self._clock(), "changed_by": by}
        if imported is not None:
            values["imported"] = imported
        async with self._store.transaction() as session:
            as_read = update(FlowRow).where(FlowRow.name == name, FlowRow.revision == revision)
            done = await session.execute(as_read.values(**values, revision=revision + 1).returning(FlowRow.name))
            taken = done.first() is not None
            now = _draft(await _row(session, name))
            if taken and imported is not None:
                await append(session, at=self._clock(), who=by, act="flow_imported", what=name)
        if not taken:
            raise Overtaken(now)
        return now

    async def publish(self, name: str, revision: int, prompts: PromptsUsed, *, by: str, note: str = "") -> Version:
        """The draft as it was read at this revision becomes a version, which is in use from now on. Raise Overtaken, NothingNew,
        NoSuchFlow.

        One that was published before, word for word, is that version again.
        """
        [version] = await self.publish_together({name: (revision, prompts)}, by=by, note=note)
        return version

    async def publish_together(self, drafts: Mapping[str, tuple[int, PromptsUsed]], *, by: str, note: str = "") -> list[Version]:
        """As `publish`, all of them or none; `drafts` by name: the revision as it was read, and the prompts.

        Those that are in use already, word for word, are left as they are. Raise NothingNew when all of them are.
        """
        now = self._clock()
        versions, same = [], {}
        async with self._store.transaction() as session:
            for name, (revision, prompts) in sorted(drafts.items()):
                draft = await _locked(session, name)
                if draft.revision != revision:
                    raise Overtaken(_draft(draft))
                words = Wording(draft.text, draft.walks, prompts)
                there = await _same(session, name, words)
                if there is not None and there.number == draft.number:
                    same[name] = there.number
                else:
                    versions.append(await _publish(session, draft, words, now, by, note))
        if not versions:
            raise NothingNew(same)
        return versions

    async def publish_again(self, version: Version, prompts: PromptsUsed, *, by: str, note: str = "") -> Version:
        """The version in use comes into use with other prompts; the draft stays. Raise Overtaken when it is not in use any more."""
        now = self._clock()
        async with self._store.transaction() as session:
            draft = await _locked(session, version.flow)
            if draft.number == version.number:
                return await _publish(session, draft, Wording(version.text, version.walks, prompts), now, by, note)
            overtaken = _draft(draft)
        raise Overtaken(overtaken)

    async def roll_back(self, name: str, number: int, *, by: str, note: str = "") -> Version:
        """An earlier version is in use again; the draft stays. Raise NoSuchFlow."""
        now = self._clock()
        async with self._store.transaction() as session:
            draft = await _locked(session, name)
            version = await session.get(FlowVersionRow, (name, number))
            if version is None:
                raise NoSuchFlow(f"{name} {number}")
            draft.number = number
            session.add(FlowUseRow(flow=name, number=number, act="rolled_back", at=now, who=by, note=note))
            await append(session, at=now, who=by, act="flow_rolled_back", what=_told(name, number, note))
            return _version(version)

    async def in_use(self) -> list[Version]:
        """The version of each flow that new callers walk, by name."""
        used = select(FlowVersionRow).join(FlowRow, (FlowRow.name == FlowVersionRow.flow) & (FlowRow.number == FlowVersionRow.number))
        async with self._store.transaction() as session:
            return [_version(row) for row in await session.scalars(used.order_by(FlowVersionRow.flow))]

    async def version(self, name: str, number: int) -> Version:
        """Raise NoSuchFlow."""
        async with self._store.transaction() as session:
            row = await session.get(FlowVersionRow, (name, number))
            if row is None:
                raise NoSuchFlow(f"{name} {number}")
            return _version(row)

    async def history(self, name: str) -> list[Use]:
        """When which version came into use, newest first."""
        query = select(FlowUseRow).where(FlowUseRow.flow == name).order_by(FlowUseRow.id.desc())
        async with self._store.transaction() as session:
            return [_use(row) for row in await session.scalars(query)]

    async def uses(self) -> list[Use]:
        """Since when each flow's version in use is so, by flow."""
        newest = select(func.max(FlowUseRow.id)).group_by(FlowUseRow.flow)
        query = select(FlowUseRow).where(FlowUseRow.id.in_(newest)).order_by(FlowUseRow.flow)
        async with self._store.transaction() as session:
            return [_use(row) for row in await session.scalars(query)]

    async def last_use(self) -> int:
        """Grows whenever a version comes into use."""
        async with self._store.transaction() as session:
            return await session.scalar(select(func.max(FlowUseRow.id))) or 0


def before(history: list[Use]) -> int | None:
    """The version that was in use before the one in use now; None when there was none. `history` is newest first."""
    return next((use.number for use in history if use.number != history[0].number), None)


def sum_of(*texts: str) -> str:
    """SHA-256 of texts, in hex: of the files of a flow, or of what a version is made of."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


async def _row(session: AsyncSession, name: str) -> FlowRow:
    row = await session.get(FlowRow, name, populate_existing=True)
    if row is None:
        raise NoSuchFlow(name)
    return row


async def _locked(session: AsyncSession, name: str) -> FlowRow:
    # Written before it is read, so that of two who act at once the second sees what the first did.
    await session.execute(update(FlowRow).where(FlowRow.name == name).values(revision=FlowRow.revision))
    return await _row(session, name)


async def _publish(session: AsyncSession, draft: FlowRow, words: Wording, now: int, by: str, note: str) -> Version:
    version = await _same(session, draft.name, words) or await _next(session, draft.name, words, now, by)
    draft.number = version.number
    session.add(FlowUseRow(flow=draft.name, number=version.number, act="published", at=now, who=by, note=note))
    await append(session, at=now, who=by, act="flow_published", what=_told(draft.name, version.number, note))
    return _version(version)


async def _same(session: AsyncSession, name: str, words: Wording) -> FlowVersionRow | None:
    return await session.scalar(select(FlowVersionRow).where(FlowVersionRow.flow == name, FlowVersionRow.hash == words.hash))


async def _next(session: AsyncSession, name: str, words: Wording, now: int, by: str) -> FlowVersionRow:
    last = await session.scalar(select(func.max(FlowVersionRow.number)).where(FlowVersionRow.flow == name)) or 0
    row = FlowVersionRow(
        flow=name,
        number=last + 1,
        hash=words.hash,
        text=words.text,
        walks=words.walks,
        prompts=_plain(words.prompts),
        made=now,
        made_by=by,
    )
    session.add(row)
    await session.flush()
    return row


def _plain(prompts: PromptsUsed) -> dict[str, dict[str, dict[str, Any]]]:
    return {name: {what: dict(by_language) for what, by_language in one.items()} for name, one in prompts.items()}


def _told(name: str, number: int, note: str) -> str:
    return f"{name} version {number}: {note}" if note else f"{name} version {number}"


def _draft(row: FlowRow) -> Draft:
    return Draft(row.name, row.text, row.walks, row.revision, row.changed, row.changed_by, row.imported, row.number)


def _use(row: FlowUseRow) -> Use:
    return Use(row.flow, row.number, row.act, row.at, row.who, row.note)


def _version(row: FlowVersionRow) -> Version:
    return Version(row.flow, row.number, row.text, row.walks, row.prompts, row.made, row.made_by)
