"""An unhappy answer becomes a case of whoever took the call, once a call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from callcenter.crm.cases.service import Cases
from callcenter.crm.surveys.service import Surveys
from callcenter.floor.floor import Floor
from callcenter.people.service import People
from callcenter.web.texts import N_, gettext

KIND = "request"
"""It asks for a call, and is no complaint: those are counted."""

TEXT = N_("Unhappy in the survey: %(question)s, key %(answer)s. Please call back and ask.")


@dataclass(frozen=True)
class FollowUp:
    """`locale`: the site's language, in which the case is written."""

    surveys: Surveys
    cases: Cases
    people: People
    floor: Callable[[], Floor]
    locale: str

    async def answered(self, *, call: str, step: str, answer: str | None, key: str, question: int | None = None) -> None:
        """Keep an answer; the same `key` counts once. Nobody follows up a call that nobody took: it stays on the list of the unhappy."""
        unhappy = await self.surveys.note(call, step, answer, key=key, question=question)
        owner = await self._owner(call) if unhappy else None
        if owner is None or question is None:
            return
        asked = await self.surveys.one(question)
        text = gettext(self.locale, TEXT) % {"question": asked.name if asked else step, "answer": answer}
        known = self.floor().calls.get(call)
        customer = known.customer if known else None
        await self.cases.open(kind=KIND, text=text, by=owner, owner=owner, customer=customer, call=call, key=f"survey/{call}")

    async def _owner(self, call: str) -> int | None:
        """The user who talked with the caller last."""
        known = self.floor().calls.get(call)
        talks = [one.who for one in known.segments if one.kind == "talk" and one.who] if known else []
        if not talks:
            return None
        return next((id for id, (number, _name) in (await self.people.names()).items() if number == talks[-1]), None)
