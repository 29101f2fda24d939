"""Our own facts on the tape, beside what Asterisk said: with both a day can be folded again. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from callcenter.floor import events as ev
from callcenter.telephony.wire import Message

OWN = b"Own: "
"""How a fact begins. What comes from Asterisk and begins like this is forged, and is not written."""

_PARTS: dict[str, type[Any]] = {"legs": ev.SeenLeg, "waiting": ev.SeenWaiting, "members": ev.SeenMember}
"""What a mapping in a field of this name is. Elsewhere than in a picture `legs` are names of legs."""


def written(fact: ev.Event) -> bytes:
    """One message of two headers: the event's name, and its values as JSON in plain ASCII."""
    return OWN + f"{type(fact).__name__}\nValues: {json.dumps(asdict(fact))}".encode("ascii")


def fact_of(message: Message) -> ev.Event | None:
    """The fact that a message of the tape holds; None for one of Asterisk's. ValueError for a fact that this version does not know.

    What an older version told besides is left out.
    """
    name = message.get("own")
    if name is None:
        return None
    kind = getattr(ev, name, None)
    if not (isinstance(kind, type) and issubclass(kind, ev.Event)):
        raise ValueError(f"{name!r} is no event")
    try:
        values = json.loads(message.get("values", ""))
        known = {field.name for field in fields(kind)}
        return kind(**{name: _whole(name, value) for name, value in values.items() if name in known})
    except (TypeError, AttributeError, json.JSONDecodeError) as wrong:
        raise ValueError(f"{name}: {wrong}") from None


def _whole(field: str, value: Any) -> Any:
    if not isinstance(value, list):
        return value
    part = _PARTS.get(field)
    return tuple(part(**one) if part and isinstance(one, dict) else _whole("", one) for one in value)
