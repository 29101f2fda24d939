"""Slots of a prompt filled with what is known of a caller, each spoken as its kind. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from callcenter.ivr.language.spoken import Unspeakable, spoken
from callcenter.ivr.language.steps import SLOT

TEXT = "text"
"""The kind of slots that are spoken as they stand."""


@dataclass(frozen=True, slots=True)
class Filled:
    """`unspeakable`: for each value that was none of its kind and is spoken digit by digit, why."""

    text: str
    unspeakable: tuple[str, ...] = ()


def fill(text: str, values: Mapping[str, str], language: str, kinds: Mapping[str, str] = MappingProxyType({})) -> Filled:
    """`text` with its slots filled; a slot without a value is silent, one without a kind is spoken digit by digit.

    `kinds` of slots hold where the text names none; `text` is spoken as it stands.
    """
    parts: list[str] = []
    wrong: list[str] = []
    end = 0
    for slot in SLOT.finditer(text):
        value, kind = values.get(slot[1], ""), slot[2] or kinds.get(slot[1])
        said = value if kind == TEXT else _one_by_one(value)
        if kind and kind != TEXT and value:
            try:
                said = spoken(kind, _as_written(kind, value), language)
            except Unspeakable as why:
                wrong.append(f"{slot[0]} is spoken digit by digit: {why}")
        parts += [text[end : slot.start()], said]
        end = slot.end()
    return Filled("".join((*parts, text[end:])), tuple(wrong))


def _one_by_one(value: str) -> str:
    return " ".join(value) if value.isascii() and value.isdigit() else value


def _as_written(kind: str, value: str) -> str:
    """Keys have no - and no colon: 1001 and 20261001 are dates, 1405 is a time."""
    if not (value.isascii() and value.isdigit()):
        return value
    if kind == "date" and len(value) in (4, 8):
        return "-".join((*([value[:4]] if len(value) == 8 else []), value[-4:-2], value[-2:]))
    if kind == "time" and len(value) == 4:
        return f"{value[:2]}:{value[2:]}"
    return value
