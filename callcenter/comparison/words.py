"""What the comparison's codes are called on its page: English texts, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from callcenter.calls.words import EXITS, REASONS
from callcenter.web.texts import N_

WHATS: Mapping[str, str] = MappingProxyType(
    {
        "leg": N_("Channel"),
        "answer": N_("Whether answered"),
        "bridge": N_("Talks with"),
        "waiting": N_("Waits in a queue"),
        "member": N_("Queue member"),
        "seat": N_("Phone"),
        "call": N_("Call"),
        "started": N_("When it began"),
        "ended": N_("When it ended"),
        "answered": N_("When answered"),
        "talk": N_("Talk (s)"),
        "exit": N_("Outcome"),
        "queues": N_("Waits"),
        "missing": N_("Recording missing"),
        "short": N_("Recording too short"),
        "unrecorded": N_("Talk not recorded"),
        "stray": N_("File that no talk claims"),
    }
)

SAID: Mapping[str, str] = MappingProxyType(
    {
        "there": N_("there"),
        "not there": N_("not there"),
        "answered": N_("was answered"),
        "not answered": N_("was not answered"),
        "nowhere": N_("nowhere"),
        "paused": N_("Paused"),
        "none": N_("none"),
    }
)

PHONES: Mapping[str, str] = MappingProxyType(
    {
        "NOT_INUSE": N_("free"),
        "INUSE": N_("off the hook"),
        "BUSY": N_("off the hook"),
        "RINGING": N_("Ringing"),
        "RINGINUSE": N_("Ringing"),
        "ONHOLD": N_("On hold"),
        "UNAVAILABLE": N_("not registered"),
        "INVALID": N_("not registered"),
        "UNKNOWN": N_("state not known"),
        "unknown": N_("state not known"),
    }
)
"""A device state of Asterisk's, as a person says it of a phone."""

WAITS: Mapping[str, str] = MappingProxyType(
    {
        "CONNECT": REASONS["answered"],
        "ABANDON": REASONS["abandoned"],
        "EXITWITHTIMEOUT": REASONS["timeout"],
        "EXITWITHKEY": N_("Left by a key"),
        "EXITEMPTY": REASONS["no_agent"],
        "JOINEMPTY": REASONS["no_agent"],
        "FULL": REASONS["full"],
        "WITHDRAW": REASONS["withdrawn"],
    }
)
"""How queue_log says that a wait ended."""

TROUBLES: Mapping[str, str] = MappingProxyType(
    {
        "the link is ": N_("There is no connection to Asterisk."),
        "Asterisk's own record": N_("Asterisk's own record of channels cannot be read."),
    }
)
"""Why nothing was compared, by how the reason begins; other reasons are Asterisk's own words."""


def trouble(why: str) -> str:
    return next((words for begin, words in TROUBLES.items() if why.startswith(begin)), why)


def said(what: str, value: str | None) -> tuple[str, ...]:
    """What one side says, in words to translate, each by itself; a name or an id of Asterisk's stays as it is."""
    if not value:
        return ("—",)
    if what == "queues":
        return tuple(WAITS.get(one) or REASONS.get(one) or SAID.get(one, one) for one in value.split(", "))
    if what == "exit":
        return (SAID.get(value) or EXITS.get(value, value),)
    return ((PHONES if what == "seat" else SAID).get(value, value),)


def moment(value: str | None) -> int | None:
    """Milliseconds since the epoch of a moment as the contract writes it; None for what is none."""
    try:
        return int(datetime.fromisoformat(value or "").timestamp() * 1000)
    except ValueError:
        return None
