"""What a prompt may be called and may say, which of them a list shows, and how its slots are tried. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from callcenter.ivr.language.fill import fill
from callcenter.ivr.language.spoken import KINDS
from callcenter.ivr.language.steps import SLOT
from callcenter.ivr.language.words import LANGUAGES, MOST_TEXT, NAME
from callcenter.ivr.named.service import KeptPrompt
from callcenter.web.texts import N_

RESERVED = frozenset({"new", "spoken", "sounds", "publish"})
"""Names that our own pages bear."""

SHOWS: Mapping[str, str] = {
    "missing": N_("A language is missing"),
    "unused": N_("Used nowhere"),
    "spoken": N_("Spoken by the voice"),
    "recorded": N_("Recorded"),
    "waiting": N_("Changed since published"),
}
"""What the list can be narrowed to."""

EXAMPLES: Mapping[str, str] = {
    "number": "128",
    "money": "1280.50",
    "digits": "1010",
    "phone": "13800138000",
    "date": "2026-10-01",
    "time": "14:05",
}


@dataclass(frozen=True)
class Use:
    """A step that says a prompt: in the flow's version in use, in its draft, or both. `title` by language of the screens.

    `waiting`: callers hear what the prompt said when the flow was published, which is not what it says now.
    """

    flow: str
    step: str
    title: tuple[str, str] | None
    in_use: bool
    draft: bool
    waiting: bool = False


def waiting(uses: Iterable[Use]) -> list[str]:
    """The flows whose callers hear what prompts said before."""
    return sorted({use.flow for use in uses if use.waiting})


def name_trouble(name: str) -> str:
    """What is wrong with a name, in English words to be translated; '' when nothing is."""
    if not NAME.fullmatch(name):
        return N_("Small letters, digits, - and _ were expected, a letter first, 40 at most.")
    return N_("This name is taken.") if name in RESERVED else ""


def text_trouble(text: str) -> str:
    """What is wrong with a text that is to be spoken; as `name_trouble`."""
    if len(text) > MOST_TEXT:
        return N_("This is too long to be spoken at once: 600 characters at most.")
    if not any(letter.isalnum() for letter in text):
        return N_("Words that can be spoken were expected.")
    if any(slot[2] is not None and slot[2] not in KINDS for slot in SLOT.finditer(text)):
        return N_("A slot is written {name} or {name:kind}; the kinds are number, money, digits, phone, date and time.")
    return ""


def recordable(text: str) -> bool:
    """Whether a recording can say it: what is filled in for each caller must be spoken."""
    return SLOT.search(text) is None


def tried(text: str, language: str) -> str:
    """The text as a caller might hear it, with something in its slots."""
    example = {"zh": "好邻居便利店", "en": "Corner Shop"}.get(language, "")
    return SLOT.sub(lambda slot: fill(slot[0], {slot[1]: EXAMPLES.get(slot[2] or "", example)}, language).text, text)


def shown(prompts: Iterable[KeptPrompt], uses: Mapping[str, tuple[Use, ...]], search: str, show: str) -> list[KeptPrompt]:
    """Those whose name, title or texts hold what is searched, narrowed to what is to be shown ('' is everything)."""
    wanted = search.casefold()
    return [one for one in prompts if wanted in _searched(one) and (not show or _is(one, uses.get(one.name, ()), show))]


def missing(prompt: KeptPrompt) -> list[str]:
    """The languages that it does not speak."""
    return [language for language in LANGUAGES if language not in prompt.said]


def _searched(prompt: KeptPrompt) -> str:
    return "\n".join((prompt.name, prompt.title, *(said.text for said in prompt.said.values()))).casefold()


def _is(prompt: KeptPrompt, uses: tuple[Use, ...], show: str) -> bool:
    return {
        "missing": bool(missing(prompt)),
        "unused": not uses,
        "spoken": any(said.sound is None for said in prompt.said.values()),
        "recorded": any(said.sound is not None for said in prompt.said.values()),
        "waiting": any(use.waiting for use in uses),
    }[show]
