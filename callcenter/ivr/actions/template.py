"""Addresses and texts of a service with places for values: what a caller keyed in never becomes anything but a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

PLACE = re.compile(r"\{([^{}]*)\}")


class Unfillable(ValueError):
    """A value that cannot stand where it would have to; does not say the value."""


def places(template: str) -> tuple[str, ...]:
    """The names between braces, in order."""
    return tuple(PLACE.findall(template))


def wrong_address(template: str) -> str:
    """Why a template is no address that can be asked; '' when it is."""
    if not template.isascii() or not template.isprintable() or " " in template:
        return "expected an address without blanks, other letters per cent encoded"
    try:
        parts = urlsplit(template)
        port = parts.port
    except ValueError as wrong:
        return f"expected an address: {wrong}"
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return "expected an address that begins with http:// or https:// and a host"
    if "@" in parts.netloc:
        return "a user and a password do not stand in an address: give a header and secret_file"
    if parts.fragment or template.endswith("#"):
        return "an address that is asked ends before #"
    if "{" in parts.netloc or "}" in PLACE.sub("", template) or "{" in PLACE.sub("", template):
        return "braces stand around an input's name, in the path and the query only"
    if any(part in (".", "..") for part in parts.path.split("/")):
        return "expected a path without . and .."
    return ""


def address(template: str, values: Mapping[str, str]) -> str:
    """The address with each value per cent encoded. Raise Unfillable for a value that would lead to another path."""
    head, mark, query = template.partition("?")
    for name in places(head):
        if not values[name].strip("."):
            raise Unfillable(f"{name!r} is empty or nothing but dots, and would ask for another address")
    return "".join((_filled(head, values), mark, _filled(query, values)))


def text(template: str, values: Mapping[str, str]) -> str:
    """A text with its values as they are."""
    return PLACE.sub(lambda place: values[place[1]], template)


def _filled(template: str, values: Mapping[str, str]) -> str:
    return PLACE.sub(lambda place: quote(values[place[1]], safe=""), template)
