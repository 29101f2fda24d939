"""What the desk's codes are called: English texts, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from callcenter.calls.chosen import chosen
from callcenter.calls.words import EXITS, step_result
from callcenter.crm.cases.words import KINDS as CASE_KINDS
from callcenter.crm.customers.words import TIER_COLOURS, TIERS
from callcenter.web.texts import N_

CASE_KEYS = ("complaint", "consultation", "request", "order", "suggestion", "booking", "repair", "return")
"""Kinds of cases in the order of their keys: Alt+1 is the first."""

CALLBACK_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "asked": N_("Asked for"),
        "voicemail": N_("Message left"),
        "after_hours": N_("Outside hours"),
        "abandoned": N_("Gave up waiting"),
        "promised": N_("Promised"),
    }
)

CALLBACK_RESULTS: Mapping[str, str] = MappingProxyType(
    {
        "reached": N_("Reached"),
        "no_answer": N_("No answer"),
        "busy": N_("Line busy"),
        "refused": N_("Refused"),
        "wrong_number": N_("Wrong number"),
        "not_needed": N_("Not needed any more"),
    }
)
"""What an agent may say of a callback."""

BY_HIMSELF = N_("Got through by himself")

NOT_POSSIBLE: Mapping[str, str] = MappingProxyType(
    {
        "not_allowed": N_("This number may not be dialled from here."),
        "no_link": N_("The telephone system cannot be reached."),
        "busy": N_("You are on a call."),
        "unreachable": N_("Your phone is not registered."),
        "refused": N_("The telephone system refused the call."),
        "no_answer_from_asterisk": N_("The telephone system did not answer."),
        "no_call": N_("You have no customer on the line."),
        "no_customer": N_("This is a call between colleagues: there is no customer to move."),
        "asking": N_("You are asking somebody already: take the customer back first."),
        "conference": N_("You are in a conference: let the others go first."),
        "begun": N_("This has just begun, by another click."),
        "too_late": N_("Too late: the call has moved on."),
        "not_answered": N_("Nobody has answered yet."),
        "nobody_there": N_("This colleague is not signed in."),
        "colleague_busy": N_("This colleague is on a call."),
        "colleague_unreachable": N_("This colleague's phone is not registered."),
        "nobody_free": N_("Nobody of this queue is ready."),
    }
)
"""Why a call could not be placed or moved."""

REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "no_number": N_("This is no telephone number that can be dialled. Enter it as 13800138000 or 0571-88001234."),
        "carrier": N_("A number with a carrier's access code is not dialled. Enter the number alone."),
        "abroad": N_("Only numbers of these countries and regions can be dialled: %(countries)s."),
        "costly": N_("Numbers that cost more than a call are not dialled. Landlines, mobiles, free and 400 numbers can be dialled."),
    }
)
"""Why a number is never dialled, and what is allowed; keys of routing.outbound.refusal."""

TEMPLATES: Mapping[str, Any] = MappingProxyType(
    {
        "case_kinds": CASE_KINDS,
        "case_keys": CASE_KEYS,
        "tiers": TIERS,
        "tier_colours": TIER_COLOURS,
        "exits": EXITS,
        "chosen": chosen,
        "step_result": step_result,
        "callback_kinds": CALLBACK_KINDS,
        "callback_results": {**CALLBACK_RESULTS, "by_himself": BY_HIMSELF},
    }
)
"""What the desk's templates find beside their own context."""
