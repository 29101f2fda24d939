"""Texts in the user's language. The English text is the key; the translations stand in one .po file a room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from callcenter.settings import CHECKOUT

LOCALES: Mapping[str, str] = MappingProxyType({"zh_CN": "中文", "en": "English"})
"""The languages of the pages, each named in itself."""

LOCALE_DIR = CHECKOUT / "agent_ui" / "locale"


class TextsDisagree(Exception):
    """Two .po files translate one text differently."""


def N_(message: str) -> str:
    """Mark a text for translation that is translated later."""
    return message


def gettext(locale: str, message: str) -> str:
    """The text in this language; the English text itself where it has no translation."""
    found = _texts(locale).get(message, "")
    return (found if isinstance(found, str) else found[0]) or message


def ngettext(locale: str, singular: str, plural: str, number: int) -> str:
    """The text for this many. Chinese has one form, English two."""
    found = _texts(locale).get(singular, "")
    one = found if isinstance(found, str) else found[0]
    return one or (singular if number == 1 else plural)


def language_tag(locale: str) -> str:
    """The locale as HTML's lang attribute wants it: zh-CN, en."""
    return locale.replace("_", "-")


def catalogs(locale: str, folder: Path = LOCALE_DIR) -> Iterator[tuple[Path, Catalog]]:
    """Every room's .po file of a language, in the order of their names."""
    for path in sorted((folder / locale).glob("*.po")):
        with path.open("rb") as file:
            yield path, read_po(file, locale=locale, abort_invalid=True)


def merged(locale: str, folder: Path = LOCALE_DIR) -> Mapping[str, str | tuple[str, ...]]:
    """All rooms' texts in one mapping; TextsDisagree names a text that two files translate differently."""
    texts: dict[str, str | tuple[str, ...]] = {}
    origin: dict[str, Path] = {}
    for path, catalog in catalogs(locale, folder):
        for message in catalog:
            key = message.id if isinstance(message.id, str) else message.id[0]
            if not key or message.fuzzy:
                continue
            text = message.string if isinstance(message.string, str) else tuple(message.string or ("",))
            if texts.setdefault(key, text) != text:
                raise TextsDisagree(f"{key!r}: {texts[key]!r} in {origin[key].name}, {text!r} in {path.name}")
            origin.setdefault(key, path)
    return MappingProxyType(texts)


@cache
def _texts(locale: str) -> Mapping[str, str | tuple[str, ...]]:
    return merged(locale)
