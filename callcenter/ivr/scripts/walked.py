"""What came of a walk by a script, told in its order. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from callcenter.ivr.walking.commands import Words
from callcenter.ivr.walking.walk import Move


@dataclass(frozen=True, slots=True)
class Told:
    """One thing in the order of a walk: a step `entered`, what the caller `hears` or `does`, what a service `answered`.

    `language` and `sound` (sha256, '' when the text is spoken) are those of what is heard.
    """

    what: str
    word: str
    language: str = ""
    sound: str = ""


@dataclass
class Walked:
    """What came of a walk. `unexpected`: the caller or a service was asked for something that the script does not say; `waits` is where,
    and `waited` how long the caller has done nothing there (s)."""

    path: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)
    owes: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    outcome: str = ""
    unused: tuple[str, ...] = ()
    unexpected: str = ""
    waits: Move | None = None
    waited: int = 0
    told: list[Told] = field(default_factory=list)

    def enters(self, step: str) -> None:
        self.path.append(step)
        self.told.append(Told("entered", step))

    def hears(self, words: Iterable[Words], language: str) -> None:
        for one in words:
            self.heard.append(one.text)
            self.told.append(Told("hears", one.text, language, one.sound))

    def answered(self, what: str) -> None:
        self.told.append(Told("answered", what))

    def stops(self, move: Move, why: str) -> None:
        """Nothing says how it goes on."""
        self.unexpected, self.waits = f"at {move.place.step} {why}", move
