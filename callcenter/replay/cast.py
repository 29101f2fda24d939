"""Who stands behind each channel of a surveyed stream: Local channels are doors between two rooms, and nobody's phone. Pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from callcenter.replay.channels import endpoint, is_party
from callcenter.replay.survey import Channel, Survey


class Cast:
    """Answers about one survey, each worked out once."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.seats = survey.seats
        self._halves = survey.halves
        self.party: Callable[[str], str] = cache(self._party)

    def channel(self, leg: str) -> Channel | None:
        return self.survey.channels.get(leg)

    def is_party(self, leg: str) -> bool:
        one = self.survey.channels.get(leg)
        return one is None or is_party(one.name)

    def who(self, leg: str) -> str:
        """How the one at the end of a leg is called: the number outside that was dialled, else his endpoint."""
        one = self.survey.channels.get(leg)
        own = endpoint(one.name) if one else ""
        return self.survey.numbers.get(leg, "") if own not in self.seats and leg in self.survey.numbers else own

    def by_itself(self, leg: str) -> bool:
        """Whether nobody of this Asterisk dialled the leg."""
        return self.is_party(leg) and leg not in self.survey.dialler

    def arrives(self, leg: str) -> bool:
        """Whether a caller comes with this leg: over a line; or from a phone of ours straight into a queue."""
        one = self.survey.channels.get(leg)
        if one is None or not self.by_itself(leg):
            return False
        if endpoint(one.name) not in self.seats:
            return True
        return self._queues(leg) and not one.beside

    def originated(self, leg: str) -> bool:
        """Whether nobody's phone dialled the leg: an Originate did, by itself or through a Local channel."""
        by = self.survey.dialler.get(leg)
        return by == "" or (by is not None and not self.is_party(by) and self.survey.dialler.get(self._halves.get(by, by)) == "")

    def placed(self, leg: str) -> str | None:
        """The number that is dialled for the seat that an Originate rings first; None for any other leg."""
        one = self.survey.channels.get(leg)
        if one is None or not self.is_party(leg) or endpoint(one.name) not in self.seats or not self.originated(leg):
            return None
        first = self._halves.get(self.survey.dialler[leg], leg)
        for dialled in self.survey.dials.get(first, ()):
            return self.who(self.party(dialled))
        return self.survey.extensions.get(first, "")

    def _queues(self, leg: str) -> bool:
        return any(self.party(queued) == leg for queued in self.survey.queued)

    def _party(self, leg: str) -> str:
        return self._behind(leg, frozenset()) or leg

    def _behind(self, leg: str, asked: frozenset[str]) -> str | None:
        """The party that one reaches through a leg: itself, or for a Local channel the one at its other half; None when nobody is there."""
        if self.is_party(leg):
            return leg
        other = self._halves.get(leg)
        if other is None or other in asked or leg in asked:
            return None
        asked |= {leg, other}
        for near in self._near(other):
            found = self._behind(near, asked)
            if found is not None:
                return found
        return None

    def _near(self, leg: str) -> list[str]:
        """Whom a Local half deals with on its own side, the likeliest first."""
        survey = self.survey
        by = [dialler] if (dialler := survey.dialler.get(leg)) else []
        dials = survey.dials.get(leg, [])
        there = [one for one in dials if one in survey.answered] + [one for one in dials if one not in survey.answered]
        beside = [one for bridge in survey.bridges.get(leg, ()) if bridge not in survey.holding for one in survey.within[bridge]]
        return [one for one in (*by, *there, *beside) if one != leg]
