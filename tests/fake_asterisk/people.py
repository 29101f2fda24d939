"""What callers and agents do, drawn by a seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.fake_asterisk.clicking import WAYS


@dataclass(frozen=True)
class Plan:
    """What one caller will do; times in s. `key_s`: he presses his key so long after a menu began to wait; None: he hangs up instead.

    `hold`: the agent puts him on hold so long after the answer, for so long. `then`: what the agent does with him: blind, attended,
    given_up (a colleague is asked, but the caller stays), conference; '' is nothing. `click`: what he does by clicks, one of WAYS.
    """

    number: str
    hotline: str
    key_s: float | None
    patience_s: float
    talk_s: float
    ends: str = "caller"
    hold: tuple[float, float] | None = None
    then: str = ""
    click: str = ""


@dataclass(frozen=True)
class Answer:
    """What a phone does when it is rung: `how` is answers, refuses or rings_out; after so long."""

    how: str
    after_s: float


@dataclass(frozen=True)
class Mix:
    """How often what is done (0 to 1), and how long things take (s, from and to).

    `clicks`: how many of the transfers are made by clicks, in which of their `ways`.

    The server lets who does not answer rest until he says that he is back, which these agents never do: there are few of them.
    """

    hotlines: tuple[str, ...]
    menu_hangups: float = 0.1
    transfers: float = 0.3
    conferences: float = 0.1
    clicks: float = 0.0
    ways: tuple[str, ...] = WAYS
    holds: float = 0.2
    agent_ends: float = 0.4
    refusals: float = 0.01
    unanswered: float = 0.01
    key_s: tuple[float, float] = (0.3, 1.5)
    patience_s: tuple[float, float] = (3.0, 30.0)
    talk_s: tuple[float, float] = (2.0, 25.0)
    answer_s: tuple[float, float] = (0.2, 1.5)

    def plan(self, chance: Random, n: int) -> Plan:
        talk_s = chance.uniform(*self.talk_s)
        then = self._then(chance)
        held = not then and chance.random() < self.holds
        at = chance.uniform(0.1, 0.5) * talk_s
        clicks = bool(then) and self.clicks > 0 and chance.random() < self.clicks
        return Plan(
            number=f"139{n:08}",
            hotline=chance.choice(self.hotlines),
            key_s=None if chance.random() < self.menu_hangups else chance.uniform(*self.key_s),
            patience_s=chance.uniform(*self.patience_s),
            talk_s=talk_s,
            ends="agent" if chance.random() < self.agent_ends else "caller",
            hold=(at, chance.uniform(0.1, 0.9) * (talk_s - at)) if held else None,
            then="" if clicks else then,
            click=chance.choice(self.ways) if clicks else "",
        )

    def _then(self, chance: Random) -> str:
        kind = chance.random()
        if kind < self.conferences:
            return "conference"
        return chance.choice(("blind", "attended", "given_up")) if kind < self.conferences + self.transfers else ""

    def answer(self, chance: Random) -> Answer:
        kind = chance.random()
        how = "refuses" if kind < self.refusals else "rings_out" if kind < self.refusals + self.unanswered else "answers"
        return Answer(how, chance.uniform(*self.answer_s))
