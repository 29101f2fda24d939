"""The prompts that Asterisk's plan plays without us: their files follow the store, and come back when they are gone."""

from __future__ import annotations

import logging

from callcenter.hotlines.service import Hotlines
from callcenter.ivr.language.known import NamedPrompt
from callcenter.ivr.named.hours_said import hours_said
from callcenter.ivr.named.service import NamedPrompts, of_dialplan
from callcenter.ivr.sounds.prompts import FOLDERS, Prompts

log = logging.getLogger(__name__)


class DialplanPrompts:
    """Looked at by the clock. `troubles` are what could not be made, in words; `warnings` with what is wrong with the voice.

    Beside the prompts that have a name there: `hours_NUMBER`, the week of each hotline.
    """

    def __init__(self, named: NamedPrompts, hotlines: Hotlines, files: Prompts) -> None:
        self._named = named
        self._hotlines = hotlines
        self._files = files
        self.troubles: tuple[str, ...] = ()

    @property
    def warnings(self) -> list[str]:
        voice = self._files.speaker.trouble if self._files.speaker else ""
        return [*self.troubles, *([f"the bundled voice speaks: {voice}"] if voice else [])]

    async def look(self) -> None:
        wanted = {**of_dialplan(await self._named.named()), **await self._hours()}
        troubles = tuple(await self._files.put_named(wanted))
        for one in set(troubles) - set(self.troubles):
            log.error("Asterisk has no prompt %s", one)
        self.troubles = troubles

    async def _hours(self) -> dict[str, NamedPrompt]:
        weeks = {one.number: await self._hotlines.plan(one.number) for one in await self._hotlines.all()}
        said = {number: {language: hours_said(week, language) for language in FOLDERS} for number, week in weeks.items()}
        return {f"hours_{number}": NamedPrompt(texts) for number, texts in said.items()}
