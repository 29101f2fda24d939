"""A flow's text as the beginning of another flow: with its name, and a title that tells the two apart. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping

import yaml

from callcenter.ivr.language.reader import Enough, Reading, Spoilt, compose, entries
from callcenter.ivr.language.words import LANGUAGES, MOST_TITLE


def copied(text: str, name: str, called: Mapping[str, str]) -> str:
    """The text under this name. `called`: by language (zh, en) what its title becomes, with %(title)s in it."""
    lines = _entitled(text, called).splitlines(keepends=True)
    return "".join(f"name: {name}\n" if line.startswith("name:") else line for line in lines)


def _entitled(text: str, called: Mapping[str, str]) -> str:
    """Everything but the title's words stays as it was typed; a title that cannot be read, too."""
    for language, node in sorted(_title(text).items(), key=lambda one: one[1].start_mark.index, reverse=True):
        start = node.start_mark.index
        typed = text[start : node.end_mark.index].rstrip()  # words that are written as a block end with their line's end
        text = text[:start] + _written(node.value, called[language]) + text[start + len(typed) :]
    return text


def _written(title: str, called: str) -> str:
    """In quotes, and no longer than a title may be."""
    room = MOST_TITLE - len(called % {"title": ""})
    return json.dumps(called % {"title": " ".join(title.split())[:room]}, ensure_ascii=False)


def _title(text: str) -> Mapping[str, yaml.Node]:
    """Where the title's words stand, by language."""
    reading = Reading("")
    try:
        title = entries(compose(text, reading), reading, "")["title"][1]
        words = {language: value for language, (_, value) in entries(title, reading, "").items()}
    except (KeyError, Spoilt, Enough):
        return {}
    return {one: words[one] for one in LANGUAGES if one in words and isinstance(words[one], yaml.ScalarNode) and words[one].value.strip()}
