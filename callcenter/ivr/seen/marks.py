"""The figures of a time as a flow's picture shows them."""

from __future__ import annotations

from collections.abc import Mapping

from callcenter.ivr.language.steps import Flow
from callcenter.ivr.seen.funnel import StepFigures, arrow_counts
from callcenter.ivr.seen.picture.arrows import PERSON, arrows
from callcenter.ivr.seen.picture.draw import Mark, Shown
from callcenter.web import clock
from callcenter.web.texts import N_, gettext


def with_figures(flow: Flow, found: Mapping[str, StepFigures], locale: str) -> Shown:
    """How many took each way, beside its arrow; what became of them, in the steps."""
    counts = arrow_counts(found.values())
    return Shown(counts, {name: tuple(_marks(flow, name, found.get(name), counts, locale)) for name in flow.steps})


def language_of(locale: str) -> str:
    """The language of a flow's titles and of the picture's words."""
    return "zh" if locale.startswith("zh") else "en"


def _marks(flow: Flow, name: str, of: StepFigures | None, counts: Mapping[tuple[str, str], int], locale: str) -> list[Mark]:
    """What stands in a step's box: how many came, how many of them somebody answered, how many gave up there."""
    if of is None:
        return [Mark(gettext(locale, "nobody came"), "came")]
    marks = [Mark(_said(locale, N_("%(num)s came"), of.entered), "came")]
    by_person_key = {(way.start, way.end) for way in arrows(flow) if way.side and way.why == (PERSON,)}
    if flow.person and (name, flow.person) in by_person_key and counts.get((name, flow.person)):
        marks.append(Mark(_said(locale, N_("0: %(num)s"), counts[name, flow.person]), "came"))
    if of.fates.get("person"):
        marks.append(Mark(_said(locale, N_("%(num)s answered"), of.fates["person"]), "person"))
    if of.fates.get("gave_up"):
        marks.append(Mark(_said(locale, N_("%(num)s gave up"), of.fates["gave_up"]), "gave_up"))
    return marks


def _said(locale: str, text: str, number: int) -> str:
    return gettext(locale, text) % {"num": clock.number(number, locale)}
