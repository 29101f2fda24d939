"""Whom a caller calls for whose number several customers have: what he is told, and what his key means. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from callcenter.ivr.walking.answered import Candidate
from callcenter.ivr.walking.commands import Words

MOST = 9
"""Customers who can be offered: one for each key but 0."""

NONE_OF_THEM = "*"

EACH: Mapping[str, str] = {"zh": "{name},请按{key}。", "en": "For {name}, press {key}."}
NONE: Mapping[str, str] = {"zh": "都不是,请按星号键。", "en": "For none of them, press star."}
PERSON: Mapping[str, str] = {"zh": "人工服务请按0。", "en": "For a person, press 0."}


def told(candidates: Sequence[Candidate], language: str, *, person: bool) -> tuple[Words, ...]:
    """Each one's name and key, then the other keys. `person`: 0 leads to one."""
    names = (EACH[language].format(name=one.name, key=key) for key, one in enumerate(candidates, 1))
    return tuple(Words(text, fixed=False) for text in (*names, NONE[language], *([PERSON[language]] if person else [])))


def chosen(key: str, candidates: Sequence[Candidate]) -> Candidate | None:
    """Whose key it is; None for one that is nobody's."""
    return dict(zip("123456789", candidates, strict=False)).get(key)
