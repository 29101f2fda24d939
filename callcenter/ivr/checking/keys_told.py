"""What prompts say of keys, against what the keys do. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from callcenter.ivr.language.finding import Finding
from callcenter.ivr.language.known import Known
from callcenter.ivr.language.steps import Flow, Menu, Survey

NAMED_KEY: Mapping[str, re.Pattern[str]] = {
    "zh": re.compile(r"按\s*([0-9*])(?![0-9])"),
    "en": re.compile(r"\bpress\s+([0-9*])(?![0-9])", re.IGNORECASE),
}
"""How a prompt names a key, by language."""

IN_WORDS: Mapping[str, tuple[str, ...]] = {
    "1": ("一", "one"),
    "2": ("二", "two"),
    "3": ("三", "three"),
    "4": ("四", "four"),
    "5": ("五", "five"),
    "6": ("六", "six"),
    "7": ("七", "seven"),
    "8": ("八", "eight"),
    "9": ("九", "nine"),
    "*": ("星", "star"),
}


def keys_told(flow: Flow, _known: Known) -> Iterator[Finding]:
    """Keys that the prompt of a menu or survey names and that choose nothing; as warnings, keys of a menu of which it says nothing."""
    for step in flow.steps.values():
        if not isinstance(step, Menu | Survey):
            continue
        keys = tuple(step.keys) if isinstance(step, Survey) else (*step.choices, *(("0",) if flow.person else ()))
        for language, text in step.prompt.texts.items():
            for key in dict.fromkeys(NAMED_KEY[language].findall(text)):
                if key not in keys:
                    what = f"the prompt ({language}) names key {key}, which chooses nothing; the keys are {', '.join(keys)}"
                    yield Finding(flow.file, step.prompt.line, f"step {step.name!r}: {what}")
            choices = step.choices if isinstance(step, Menu) else {}
            for key, to in choices.items():
                if not _says(text.lower(), key):
                    what = f"the prompt ({language}) does not name key {key}, which chooses {to!r}"
                    yield Finding(flow.file, step.prompt.line, f"step {step.name!r}: {what}", "warning")


def _says(text: str, key: str) -> bool:
    return key in text or any(word in text for word in IN_WORDS[key])
