"""How the small parts of a flow are read: names, prompts, titles, targets, keys. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import yaml

from callcenter.ivr.language.known import NOTHING, Known, NamedPrompt
from callcenter.ivr.language.reader import Key, Reading, Spoilt, entries, record, text, told
from callcenter.ivr.language.spoken import KINDS as SPOKEN
from callcenter.ivr.language.steps import SLOT, Prompt

LANGUAGES = ("zh", "en")
NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
SLOT_NAME = re.compile(r"[a-z][a-z0-9_]{0,19}")
NUMBER = re.compile(r"\+?[0-9]{2,20}")
SEAT = re.compile(r"[A-Za-z0-9_-]{1,64}")
MOST_TEXT = 600
MOST_TITLE = 40
MOST_GIVEN = 200
MOST_NAMED = 12
"""Names that a finding lists when none is close."""


@dataclass(frozen=True)
class Within:
    """What the steps of one flow must know of it while they are read: its languages, the names of its steps, what exists around it."""

    languages: tuple[str, ...] = LANGUAGES
    names: frozenset[str] = frozenset()
    known: Known = NOTHING

    @cached_property
    def texts(self) -> Mapping[str, Key]:
        """A prompt's texts, one in each language."""
        return dict.fromkeys(self.languages, Key(spoken_text))

    def prompt(self, node: yaml.Node, reading: Reading) -> Prompt:
        """The texts themselves, or the name of a prompt."""
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.ScalarNode) or not node.value:
            return Prompt(MappingProxyType(record(node, reading, self.texts, "a prompt")), line)
        if not NAME.fullmatch(node.value):
            reading.refuse(node, f"expected a prompt (texts such as {{zh: 您好}}, or the name of one), got {told(node)}")
        if self.known.prompts is None:
            given = name(node, reading)
            return Prompt(MappingProxyType(dict.fromkeys(self.languages, given)), line, given)
        if node.value not in self.known.prompts:
            reading.refuse(node, f"there is no prompt {node.value[:60]!r}{meant(node.value, self.known.prompts, 'prompts')}")
        return self._named(node, reading, self.known.prompts[node.value])

    def _named(self, node: yaml.ScalarNode, reading: Reading, prompt: NamedPrompt) -> Prompt:
        for language in self.languages:
            if language not in prompt.texts:
                reading.refuse(
                    node, f"the prompt {node.value!r} has no {language!r}, which this flow speaks; it has {', '.join(prompt.texts)}"
                )
        if prompt.sounds and any(SLOT.search(text) for text in prompt.texts.values()):
            reading.warn(node, f"the prompt {node.value!r} has slots: its recorded sound is not played, its text is spoken")
        texts = MappingProxyType({language: prompt.texts[language] for language in self.languages})
        sounds = MappingProxyType({language: sound for language, sound in prompt.sounds.items() if language in texts})
        return Prompt(texts, node.start_mark.line + 1, node.value, sounds)

    def target(self, node: yaml.Node, reading: Reading) -> str:
        """The name of a step of this flow."""
        if isinstance(node, yaml.ScalarNode) and node.value in self.names:
            return str(node.value)
        wanted = text(node, reading)
        return reading.refuse(node, f"there is no step {wanted[:60]!r}{meant(wanted, self.names, 'steps')}")

    def choices(self, node: yaml.Node, reading: Reading) -> Mapping[str, str]:
        """Keys and the steps they choose."""
        chosen: dict[str, str] = {}
        before = len(reading.findings)
        for key, (key_node, value) in entries(node, reading, "keys and the steps they choose").items():
            if key == "0":
                reading.wrong(key_node, "key 0 leads to a person from every menu: set the flow's 'person' instead")
            elif key not in tuple("123456789*"):
                reading.wrong(key_node, f"expected a key 1 to 9 or '*', got {key[:20]!r}")
            try:
                chosen[key] = self.target(value, reading)
            except Spoilt:
                continue
        if not chosen and len(reading.findings) == before:
            reading.wrong(node, "expected at least one key")
        if len(reading.findings) > before:
            raise Spoilt
        return MappingProxyType(chosen)

    def results(self, node: yaml.Node, reading: Reading) -> Mapping[str, str]:
        """An action's results and the steps that follow them."""
        return MappingProxyType(
            {
                result: self.target(value, reading)
                for result, (_, value) in _named_once(node, reading, "results and the steps that follow them").items()
            }
        )


def _named_once(node: yaml.Node, reading: Reading, what: str) -> Mapping[str, tuple[yaml.Node, yaml.Node]]:
    before = len(reading.findings)
    found = entries(node, reading, what)
    for one, (key, _) in found.items():
        if not SLOT_NAME.fullmatch(one):
            reading.wrong(key, f"expected a name of small letters, digits and _ (at most 20), got {one[:60]!r}")
    if len(reading.findings) > before:
        raise Spoilt
    return found


def given(node: yaml.Node, reading: Reading) -> Mapping[str, str]:
    """What an action is given: texts with slots by the input's name."""
    found = _named_once(node, reading, "inputs and what they are given, such as order: '{order}'")
    return MappingProxyType({one: _given_text(value, reading) for one, (_, value) in found.items()})


def _given_text(node: yaml.Node, reading: Reading) -> str:
    words = text(node, reading)
    if len(words) > MOST_GIVEN:
        reading.refuse(node, f"expected at most {MOST_GIVEN} characters, got {len(words)}")
    for slot in SLOT.finditer(words):
        if slot[2] is not None:
            reading.refuse(node, f"an action gets what a slot holds, however it is spoken: write {{{slot[1]}}} instead of {slot[0][:60]}")
    return words


def meant(wrong: str, names: Collection[str], what: str) -> str:
    """`; did you mean 'menu'?`, or what there is."""
    close = difflib.get_close_matches(wrong[:60], sorted(names), n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    some = sorted(names)[:MOST_NAMED]
    return f"; the {what} are {', '.join(some) or 'none'}{' …' if len(names) > MOST_NAMED else ''}"


def name(node: yaml.Node, reading: Reading) -> str:
    return _of_form(NAME, "a name of small letters, digits, - and _ (at most 40)", node, reading)


def number(node: yaml.Node, reading: Reading) -> str:
    """Digits as they are dialled."""
    return _of_form(NUMBER, "2 to 20 digits", node, reading)


def name_or_number(node: yaml.Node, reading: Reading) -> str:
    return _of_form(SEAT, "a seat's name of letters, digits, - and _ (at most 64)", node, reading)


def slot(node: yaml.Node, reading: Reading) -> str:
    return _of_form(SLOT_NAME, "a slot's name of small letters, digits and _ (at most 20)", node, reading)


def _of_form(form: re.Pattern[str], words: str, node: yaml.Node, reading: Reading) -> str:
    given = text(node, reading)
    if not form.fullmatch(given):
        reading.refuse(node, f"expected {words}, got {given[:60]!r}")
    return given


def spoken_text(node: yaml.Node, reading: Reading) -> str:
    """Words to be spoken; the kinds of their slots are known ones."""
    words = text(node, reading)
    if len(words) > MOST_TEXT:
        reading.refuse(node, f"expected at most {MOST_TEXT} characters to be spoken at once, got {len(words)}")
    if not any(c.isalnum() for c in words):
        reading.refuse(node, f"expected words that can be spoken, got {words[:60]!r}")
    for slot in SLOT.finditer(words) if "{" in words else ():
        if slot[2] is not None and slot[2] not in SPOKEN:
            reading.refuse(node, f"expected one of {', '.join(SPOKEN)} as the kind in {slot[0][:60]}, got {slot[2][:40]!r}")
        if slot[2] and slot[1] == "name":
            reading.refuse(node, f"the caller's name is spoken as it is: write {{name}} instead of {slot[0][:60]}")
    return words


def title(node: yaml.Node, reading: Reading) -> tuple[str, str]:
    """In both languages of the screens, whichever the callers hear."""
    if not isinstance(node, yaml.MappingNode):
        reading.refuse(node, f"expected a title ({{zh: 主菜单, en: Main menu}}), got {told(node)}")
    titles = record(node, reading, _TITLES, "a title")
    return titles["zh"], titles["en"]


def _title_words(node: yaml.Node, reading: Reading) -> str:
    words = text(node, reading)
    if len(words) > MOST_TITLE:
        reading.refuse(node, f"expected a title of at most {MOST_TITLE} characters, got {len(words)}")
    return words


_TITLES = dict.fromkeys(LANGUAGES, Key(_title_words))


def survey_keys(node: yaml.Node, reading: Reading) -> str:
    keys = text(node, reading)
    if not (keys.isascii() and keys.isdigit() and len(set(keys)) == len(keys)):
        reading.refuse(node, f"expected different digits such as 12345, got {keys[:60]!r}")
    return keys
