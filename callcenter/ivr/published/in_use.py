"""The flows that new callers walk: as the store says, and as soon as it says so."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from callcenter.ivr.checking.check import check_source, gone
from callcenter.ivr.language.finding import Finding, errors
from callcenter.ivr.language.load import load
from callcenter.ivr.language.steps import Flow
from callcenter.ivr.published.around import Around
from callcenter.ivr.published.kept import KeptFlows, NoSuchFlow, Version
from callcenter.ivr.published.read_all import Source, file_of, known_to, led_around, numbered, read_all, source_of
from callcenter.ivr.walking.hotline_flows import Flows, place_of
from callcenter.store.engine import AWAY

log = logging.getLogger(__name__)

PATIENCE_S = 2.0
"""How long a caller waits for the version that he walks; then he walks the one in use."""

Speak = Callable[[Iterable[Flow]], Awaitable[None]]
"""Have the sounds of these flows ready, before anybody hears them."""


async def silent(_flows: Iterable[Flow]) -> None:
    """For who only looks at flows, or publishes them for another process: that one speaks them."""


class InUse:
    """`flows` are what new callers walk now. Calls in progress keep the Flow they began with."""

    def __init__(self, kept: KeptFlows, around: Callable[[], Awaitable[Around]], speak: Speak) -> None:
        self.kept = kept
        self._look_around = around
        self._speak = speak
        self._around: Around | None = None
        self._seen = -1
        self._turn = asyncio.Lock()
        self.judging = asyncio.Lock()
        self._titles: dict[tuple[str, str, str], tuple[str, str]] = {}
        self.flows = Flows({}, {})
        self.findings: tuple[Finding, ...] = ()

    @property
    def around(self) -> Around:
        """What stood around the flows when they were last judged; there is something after the first look."""
        assert self._around is not None
        return self._around

    async def around_now(self) -> Around:
        """What stands around the flows at this moment, for a draft: a prompt or a queue that was made just now is there. It waits for no
        sound that is being made."""
        try:
            return await self._look_around()
        except AWAY:
            return self.around

    @property
    def step_titles(self) -> Mapping[tuple[str, str, str], tuple[str, str]]:
        """The Chinese and the English title of every step, by flow, version and step: of all versions that were in use since the start.

        Under version '' as it is called now.
        """
        return MappingProxyType(self._titles)

    @property
    def troubles(self) -> list[str]:
        """What is wrong with the flows in use, in words."""
        return [f"flow in use not right any more: {one}" for one in errors(self.findings)]

    async def read(self) -> Flows:
        """The first look: the flows as they are, before anything of them is spoken. Raise one of AWAY."""
        await self.look()
        return self.flows

    async def look(self, *, again: bool = False) -> None:
        """Take over what came into use since the last look. `again`: judge all anew, for what stands around may have changed."""
        async with self._turn:
            try:
                last = await self.kept.last_use()
                if again or last != self._seen:
                    await self._take(last, await self.kept.in_use(), await self._look_around())
            except AWAY as wrong:
                if self._around is None:
                    raise
                log.debug("flows stay as they are, the store is away: %s", wrong)

    async def walked(self, mark: str | None) -> Flows:
        """The flows for a caller whose channel bears this mark: with the version that he is in, when it is not the one in use."""
        place = place_of(mark)
        here = self.flows.by_name.get(place.flow) if place else None
        if place is None or not place.version.isdecimal() or (here and here.version == place.version):
            return self.flows
        try:
            async with asyncio.timeout(PATIENCE_S):
                version = await self.kept.version(place.flow, int(place.version))
        except (NoSuchFlow, *AWAY) as wrong:
            log.warning("a caller in version %s of flow %s goes on in the one in use: %s", place.version, place.flow, wrong or "no answer")
            return self.flows
        earlier = await asyncio.to_thread(self._walked_still, version)
        if earlier is None:
            log.warning(
                "a caller in version %s of flow %s goes on in the one in use: it cannot be walked any more", place.version, place.flow
            )
            return self.flows
        return replace(self.flows, earlier={(place.flow, place.version): earlier})

    async def one(self, name: str, version: str) -> Flow | None:
        """A flow to show: the version of this number, `draft`, or '' for the one in use. None: there is none, or it cannot be walked."""
        here = self.flows.by_name.get(name)
        if version == "" or (here is not None and here.version == version):
            return here
        try:
            if version == "draft":
                draft = await self.kept.draft(name)
                known = known_to(Source(name, draft.text), self.around.known, self.flows.by_name)
                flow = (await asyncio.to_thread(check_source, draft.text, file_of(name), known)).flow
                return replace(flow, version="draft", others=self.flows.by_name) if flow else None
            if not version.isdecimal() or len(version) >= 10:
                return None
            return await asyncio.to_thread(self._read, await self.kept.version(name, int(version)))
        except NoSuchFlow:
            return None

    def _read(self, version: Version) -> Flow | None:
        """A version that was published once: it was right then, and its callers are in the middle of it."""
        source = source_of(version)
        flow = load(source.text, file_of(source.name), known_to(source, self.around.known, self.flows.by_name)).flow
        return replace(numbered(flow, source), others=self.flows.by_name) if flow else None

    def _walked_still(self, version: Version) -> Flow | None:
        """A version as those walk it who are in the middle of it: around what was taken away since. None: it cannot be walked any more."""
        flow = self._read(version)
        if flow is None:
            return None
        known = replace(self.around.known, others=flow.others)
        missing = gone(flow, known)
        if not missing:
            return flow
        said = "; ".join(one.what for one in missing)
        log.error("version %s of flow %s, which a caller is in, not right any more: %s", version.number, version.flow, said)
        return led_around(flow, self.around, known)

    async def _take(self, last: int, versions: list[Version], around: Around) -> None:
        if last == self._seen and around == self._around:
            return
        flows, findings = await asyncio.to_thread(read_all, [source_of(version) for version in versions], around)
        if self._around is not None:
            await self._speak(flows.by_name.values())
        for one in set(errors(findings)) - set(self.findings):
            log.error("flow in use not right any more: %s", one)
        for name, flow in flows.by_name.items() if self._around is not None else ():
            if name not in self.flows.by_name or self.flows.by_name[name].version != flow.version:
                log.info("flow %s: version %s is in use", name, flow.version)
        self._seen, self._around, self.flows, self.findings = last, around, flows, findings
        titles = self.flows.step_titles()
        self._titles.update(titles)
        self._titles.update({(flow, "", step): title for (flow, _version, step), title in titles.items()})
