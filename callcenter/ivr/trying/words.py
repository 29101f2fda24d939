"""What trying a flow out is called on its page: English texts, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping

from callcenter.ivr.scripts.script import HANGS_UP, PAUSE
from callcenter.ivr.scripts.script import WAITS as WAITED
from callcenter.ivr.scripts.walked import Told
from callcenter.ivr.trying.trying import SILENCE
from callcenter.web.texts import N_, gettext

VERSIONS: Mapping[str, str] = {"": N_("The one in use"), "draft": N_("The draft")}
OPENINGS: Mapping[str, str] = {
    "": N_("As the calendar says"),
    "open": N_("Open"),
    "closed": N_("Closed"),
    "holiday": N_("Holiday"),
}
EMERGENCIES: Mapping[str, str] = {"": N_("As the switch says"), "on": N_("Switched on")}
CALLERS: Mapping[str, str] = {
    "number": N_("A number nobody has"),
    "known": N_("A known customer"),
    "several": N_("A number of several customers"),
    "withheld": N_("Number withheld"),
    "blacklisted": N_("On the blacklist"),
    "nuisance": N_("Known for nuisance calls"),
    "silent": N_("Known for silent calls"),
}
WAITS: Mapping[str, str] = {
    "keys": N_("The caller's turn: a key, or silence"),
    "queue": N_("He waits in the queue %(name)s"),
    "transfer": N_("It rings at %(name)s"),
    "message": N_("His message is recorded"),
    "action": N_("What does the action %(name)s answer?"),
    "lookup": N_("Whose number is %(name)s?"),
}
ANSWERS: Mapping[str, str] = {
    "answered": N_("Somebody answers"),
    "timeout": N_("Waited too long"),
    "full": N_("Queue was full"),
    "empty": N_("Nobody on duty"),
    "no_answer": N_("No answer"),
    "busy": N_("Line busy"),
    "refused": N_("Refused"),
    "spoken": N_("He speaks"),
    "silent": N_("He says nothing"),
    "known": N_("A customer's"),
    "unknown": N_("Nobody's"),
    "several": N_("Several customers'"),
    "locked": N_("Locked after wrong tries"),
    HANGS_UP: N_("Hangs up"),
    SILENCE: N_("No key"),
}
SLOTS: Mapping[str, str] = {
    "name": N_("Name"),
    "open_case": N_("Open case"),
    "manager": N_("Account manager"),
    "language": N_("Speaks"),
}
"""What a lookup fills."""
ANSWERED: Mapping[str, str] = {
    "open": N_("Open"),
    "closed": N_("Closed"),
    "holiday": N_("Holiday"),
    "emergency": N_("Closed by the emergency switch"),
    "no": N_("This number has asked for too much today"),
    "blacklisted": N_("Blacklisted"),
    "nuisance": N_("Nuisance call"),
    "silent": N_("Silent call"),
}
"""What the hotline answers without being asked on the page."""


def said(one: Told, locale: str) -> str:
    """What was done or answered, for a reader; keys and the answers of actions as they are."""
    if waits := WAITED.fullmatch(one.word):
        return gettext(locale, N_("Waits %(seconds)s s")) % {"seconds": waits[1]}
    if one.what == "does" and PAUSE.search(one.word):
        return keyed_in(one.word, locale)
    known = ANSWERS if one.what == "does" else {**ANSWERS, **ANSWERED}
    return gettext(locale, known[one.word]) if one.word in known else one.word


def keyed_in(word: str, locale: str) -> str:
    """What was keyed in, with its pauses."""
    seconds = gettext(locale, N_("%(seconds)s s"))
    return PAUSE.sub(lambda pause: f" ({seconds % {'seconds': pause[1]}}) ", word).strip()
