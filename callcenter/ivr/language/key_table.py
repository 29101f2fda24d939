"""The keys of a file as a table of a reference: what each takes, and what stands for it when it is left out. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import yaml

from callcenter.ivr.language.reader import REQUIRED, Key, Reading, Spoilt


def key_table(keys: Mapping[str, Key], meanings: Mapping[str, str], takes: Mapping[str, str] | None = None) -> Iterator[str]:
    """The table's lines. `takes`: what keys take for which their reader has no words."""
    yield "| Key | Takes | Without it | Meaning |\n|---|---|---|---|"
    for name, key in keys.items():
        yield f"| `{name}` | {(takes or {}).get(name) or _takes(key)} | {_default(key)} | {meanings[name]} |"


def _takes(key: Key) -> str:
    """What the reader itself says it expects, when it gets a question mark."""
    reading = Reading("")
    try:
        key.read(yaml.ScalarNode("", "?", yaml.Mark("", 0, 0, 0, None, 0)), reading)
    except Spoilt:
        said = reading.findings[0].what
        return said.removeprefix("expected ").rpartition(", got")[0] if said.startswith("expected ") else "a step's name"
    return "text"


def _default(key: Key) -> str:
    if key.default is REQUIRED:
        return "is needed"
    if isinstance(key.default, bool):
        return "yes" if key.default else "no"
    return str(key.default) if key.default else ""
