"""Recorded sounds that nothing refers to any more go, a while after the last one let go of them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.ivr.language.known import NamedPrompt
from callcenter.ivr.language.steps import SLOT
from callcenter.ivr.named.tables import PromptSoundRow, PromptVersionRow
from callcenter.ivr.published.tables import FlowVersionRow
from callcenter.ivr.walking.commands import Words
from callcenter.store.engine import Store

KEPT_MS = 30 * 86_400_000
"""Longer than any call lasts, and than whoever removed a prompt by mistake takes to notice it."""


async def forget_unused(store: Store, now: int) -> int:
    """Note which sounds neither a prompt, in any version of it, nor any version of a flow plays (`now` in ms); remove those that were noted
    `KEPT_MS` ago and ever since. How many went. Versions are never changed: what a caller may be in keeps its sounds."""
    async with store.transaction() as session:
        rows = {row.sha: row.unused for row in await session.execute(select(PromptSoundRow.sha, PromptSoundRow.unused))}
        played = await _played(session)
        await _note(session, {sha for sha, unused in rows.items() if unused is not None and sha in played}, None)
        await _note(session, {sha for sha, unused in rows.items() if unused is None and sha not in played}, now)
        gone = {sha for sha, unused in rows.items() if unused is not None and unused <= now - KEPT_MS and sha not in played}
        await session.execute(delete(PromptSoundRow).where(PromptSoundRow.sha.in_(gone)))
    return len(gone)


def fixed_words(named: Mapping[str, NamedPrompt]) -> list[tuple[str, Words]]:
    """What prompts say that is known before any caller, by language: as they are now, whether a flow says them or not."""
    said = ((language, text, prompt.sounds.get(language, "")) for prompt in named.values() for language, text in prompt.texts.items())
    return [(language, Words(text, sound=sound)) for language, text, sound in said if sound or not SLOT.search(text)]


async def _played(session: AsyncSession) -> set[str]:
    said = await session.scalars(select(PromptVersionRow.sound).where(PromptVersionRow.sound.is_not(None)).distinct())
    published = await session.scalars(select(FlowVersionRow.prompts))
    return {sha for sha in said if sha} | {sha for used in published for one in used.values() for sha in one["sounds"].values()}


async def _note(session: AsyncSession, sounds: set[str], unused: int | None) -> None:
    await session.execute(update(PromptSoundRow).where(PromptSoundRow.sha.in_(sounds)).values(unused=unused))
