"""The prompts that Asterisk's plan plays without us: their files follow the store, and come back when they are gone."""

from __future__ import annotations

import logging

from callcenter.ivr.named.service import NamedPrompts, of_dialplan
from callcenter.ivr.prompts import Prompts

log = logging.getLogger(__name__)


class DialplanPrompts:
    """Looked at by the clock. `troubles` are what could not be made, in words; `warnings` with what is wrong with the voice."""

    def __init__(self, named: NamedPrompts, files: Prompts) -> None:
        self._named = named
        self._files = files
        self.troubles: tuple[str, ...] = ()

    @property
    def warnings(self) -> list[str]:
        voice = self._files.speaker.trouble if self._files.speaker else ""
        return [*self.troubles, *([f"the bundled voice speaks: {voice}"] if voice else [])]

    async def look(self) -> None:
        troubles = tuple(await self._files.put_named(of_dialplan(await self._named.named())))
        for one in set(troubles) - set(self.troubles):
            log.error("Asterisk has no prompt %s", one)
        self.troubles = troubles
