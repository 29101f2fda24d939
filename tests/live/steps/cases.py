"""What callers do in each step: the right key, a wrong one, a late one, none, and hanging up in it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from tests.live.steps.doing import (
    SHARED_NUMBER,
    Doing,
    Stage,
    carrier_is_rung,
    goes_to,
    goodbye,
    hangs_up,
    hears,
    hears_music,
    hears_out,
    hears_the_name,
    hears_the_second_name,
    hears_whose_keys,
    is_answered,
    is_hung_up,
    is_refused,
    keys,
    keys_the_licence,
    manager_is_rung,
    notices,
    rings_no_more,
    speaks,
    they_talk,
)
from tests.live.steps.ear import Caller


@dataclass(frozen=True)
class Case:
    """What one caller does, the exit of his call, and what he `tried` in vain. `number`: the one he calls from, '' for one of his own."""

    name: str
    doings: tuple[Doing, ...]
    exit: str = "abandoned_ivr"
    tried: tuple[str, ...] = ()
    number: str = ""


def case(
    name: str,
    to: str,
    *doings: Doing,
    ends: Iterable[Doing] = goodbye(),
    exit: str = "abandoned_ivr",
    tried: tuple[str, ...] = (),
    number: str = "",
) -> Case:
    """`to`: the keys that lead there; `ends`: how the call is over."""
    return Case(name, (*goes_to(to), *doings, *ends), exit, tried, number)


async def long_is_cut(on: Stage, he: Caller) -> None:
    """The key goes on with him: what is said next is skipped, too, but the goodbye is for everybody."""
    before = len(he.ear.heard)
    await he.press("5")
    await hears("bye")(on, he)
    assert len(he.ear.heard) - before < 8000 * 4, "it was not cut"


async def hangs_up_at_once(_on: Stage, he: Caller) -> None:
    await asyncio.wait_for(he.hangs_up(), 5)


GONE = (hangs_up,)

ALONE = (
    Case("greeting_hangs_up", (notices("greeting"), hangs_up)),
    case(
        "menu_wrong_then_right", "*", notices("more"), keys("9"), hears("wrong"), notices("more"), keys("4"), hears("other_flow"),
        exit="self_served", tried=("9",),
    ),
    case("menu_late", "", hears("menu"), notices("menu"), keys("4"), hears("is_open"), ends=GONE, tried=("",)),
    case("menu_none", "", hears("menu"), hears("menu"), hears("menu_over"), tried=("", "")),
    case("menu_hangs_up", "", notices("menu"), ends=GONE),
    case("hours", "4", hears("is_open"), hears("is_closed"), exit="after_hours"),
    case("ask_right", "1", notices("ask"), keys("1079"), hears("asked", code="1 0 7 9")),
    case("ask_wrong_then_none", "1", notices("ask"), keys("12#"), hears("ask_wrong"), hears("ask"), hears("ask_over"), tried=("••", "")),
    case("ask_late", "1", hears("ask"), notices("ask"), keys("1079"), hears("asked", code="1 0 7 9"), tried=("",)),
    case("ask_hangs_up", "1", notices("ask"), keys("1"), ends=GONE),
    case("say_is_not_cut", "2", notices("must_hear"), keys("1"), hears_out("must_hear"), ends=GONE),
    case("say_is_heard", "2", hears_out("must_hear"), hears("after_must")),
    case("say_is_skipped", "*7", notices("long"), long_is_cut, ends=(is_hung_up,)),
    case("language", "3", hears("english", "en"), ends=goodbye("en")),
    case("known_by_number", "5", hears_the_name),
    case("unknown_number", "5", hears("unknown")),
    case(
        "which_wrong_then_right", "5", notices("which"), keys("7"), notices("which"), keys("2"), hears_the_second_name,
        ends=goodbye("en"), tried=("7",), number=SHARED_NUMBER,
    ),
    # The same number, as other networks write it.
    case(
        "which_none", "5", hears("which"), hears_whose_keys, hears("which"), hears("several", limit_s=40),
        tried=("", ""), number="00862160019999",
    ),
    case("which_hangs_up", "5", notices("which"), ends=GONE, number="2160019999"),
    # He calls from a strange number: the name of the licence's holder is not told to him.
    case("known_by_licence", "*6", notices("licence"), keys_the_licence, hears("known", name=""), ends=GONE),
    case("unknown_licence", "*6", notices("licence"), keys("999999999#"), hears("unknown"), ends=GONE),
    case("queue_unserved", "*8", hears("nobody"), exit="no_agent"),
    case("transfer_outside", "*5", carrier_is_rung, they_talk, hears("talked"), exit="transferred_out"),
    case("message_spoken", "8", hears("message"), speaks, keys("#"), hears("message_kept"), exit="voicemail"),
    case("message_hangs_up_speaking", "8", hears("message"), speaks, ends=GONE, exit="voicemail"),
    # Nothing was said: nothing is kept, nothing is owed.
    case("message_silent", "8", hears("message")),
    case("callback_own", "9", notices("callback"), keys("1"), hears("callback_noted"), exit="callback"),
    case(
        "callback_other_number", "9", notices("callback"), keys("2"), notices("callback_number"), keys("13800009999#"),
        hears("callback_noted"), ends=GONE, exit="callback",
    ),
    case("callback_wrong_then_right", "9", notices("callback"), keys("7"), notices("callback"), keys("1"), hears("callback_noted"),
         exit="callback", tried=("7",)),
    case("callback_late", "9", hears("callback"), notices("callback"), keys("1"), hears("callback_noted"), exit="callback", tried=("",)),
    case(
        "callback_wrong_number", "9", notices("callback"), keys("2"), notices("callback_number"), keys("12#"), notices("callback_number"),
        keys("13800009999#"), hears("callback_noted"), exit="callback", tried=("••",),
    ),
    case("callback_none", "9", hears("callback"), hears("callback_over", limit_s=25), tried=("", "")),
    case("callback_hangs_up", "9", notices("callback"), ends=GONE),
    case("survey_wrong_then_none", "*1", notices("survey"), keys("9"), hears("survey"), tried=("9", "")),
    # No answer came in time: a key in the goodbye is none, it only cuts it.
    case("survey_late", "*1", hears("survey"), notices("bye"), keys("5"), ends=(is_hung_up,), tried=("",)),
    case("survey_hangs_up", "*1", notices("survey"), ends=GONE),
    case("service_answers", "*2", hears("told")),
    case("service_hangs", "*3", hears("failed")),
    case("hangs_up_while_a_service_hangs", "*3", ends=(hangs_up_at_once,)),
    case("other_flow", "*4", hears("other_flow"), exit="self_served"),
    case("hangs_up_in_the_goodbye", "*4", hears("other_flow"), notices("bye"), ends=GONE),
)  # fmt: skip

SHARED = (
    (
        # Somebody is on duty, and has a break.
        case("queue_timeout", "6", hears("queue"), hears("queue_over", limit_s=25), exit="queue_timeout"),
        case("queue_hangs_up", "6", hears("queue"), hears_music, ends=GONE, exit="abandoned_queue"),
        case("queue_answered", "6", hears("queue"), is_answered(), notices("survey"), keys("5"), hears("survey_thanks"), exit="answered"),
    ),
    (
        case("transfer_answered", "7", hears("transfer"), manager_is_rung, they_talk, hears("talked"), exit="answered"),
        case("transfer_refused", "7", manager_is_rung, is_refused, hears("transfer_busy")),
        case("transfer_not_answered", "7", manager_is_rung, rings_no_more, hears("transfer_over"), ends=GONE),
        case("transfer_hangs_up", "7", manager_is_rung, hangs_up, ends=(rings_no_more,), exit="abandoned_ring"),
    ),
)  # fmt: skip
"""Cases that want the same people: one after the other."""

NUMBERS = {one.name: one.number or f"1396000{n:04d}" for n, one in enumerate((*ALONE, *(one for several in SHARED for one in several)), 1)}
"""Each caller has a number of his own."""
