"""What the site's own things are called on the screens: hotlines, queues, reasons to pause, steps of flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from callcenter.calls.words import StepTitles, step_title
from callcenter.floor.call import Step
from callcenter.hotlines.service import Hotlines
from callcenter.people.service import People
from callcenter.web.texts import N_, gettext

NO_ANSWER = "no_answer"
"""Why somebody is paused who did not answer: nobody can choose it."""

OWN_REASONS: Mapping[str, str] = MappingProxyType({NO_ANSWER: N_("Unanswered")})

Titles = Mapping[str, tuple[str, str]]
"""By code or number: the Chinese and the English title."""


@dataclass(frozen=True)
class Words:
    hotlines: Titles = field(default_factory=dict)
    queues: Titles = field(default_factory=dict)
    reasons: Titles = field(default_factory=dict)
    steps: StepTitles = field(default_factory=dict)

    def hotline(self, number: str | None, locale: str) -> str:
        return said(self.hotlines, number, locale)

    def queue(self, name: str | None, locale: str) -> str:
        return said(self.queues, name, locale)

    def reason(self, code: str, locale: str) -> str:
        return gettext(locale, OWN_REASONS[code]) if code in OWN_REASONS else said(self.reasons, code, locale)

    def step(self, step: Step, locale: str) -> str:
        return step_title(self.steps, step, locale)


async def read_words(hotlines: Hotlines, people: People, steps: StepTitles) -> Words:
    """The words as the store has them now, and the titles of the steps of the flows in use."""
    return Words(
        hotlines={h.number: (h.zh, h.en) for h in await hotlines.all()},
        queues={q.name: (q.zh, q.en) for q in await hotlines.queues()},
        reasons={r.code: (r.zh, r.en) for r in await people.pause_reasons()},
        steps=steps,
    )


def said(titles: Titles, code: str | None, locale: str) -> str:
    """The title in this language; what has none is called by its code, nothing is nothing."""
    if code is None:
        return ""
    zh, en = titles.get(code, (code, code))
    return zh if locale.startswith("zh") else en
