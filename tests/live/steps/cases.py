"""What callers do in each step: the right key, a wrong one, a late one, none, and hanging up in it. Each returns the exit of its call."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from tests.live.centre import until
from tests.live.person import Person
from tests.live.phone.leg import Leg
from tests.live.phone.phone import Phone
from tests.live.scenarios.stage import rest
from tests.live.steps.ear import Caller
from tests.live.steps.flow import OUTSIDE, text

SPOKEN_S = 3


@dataclass
class Stage:
    """Who else takes part: an agent who serves the queue when he is ready, one who is only called himself, the carrier.

    And a customer: his licence, name and number. `rung`: the carrier's leg, while it is rung for longer.
    """

    agent: Person
    desk: Phone
    manager: Phone
    carrier: Phone
    licence: str
    name: str
    number: str
    rung: Leg | None = None


Case = Callable[[Stage, Caller], Awaitable[str]]


async def goes_to(he: Caller, keys: str) -> None:
    """From the greeting through the menus; a key cuts what is being said."""
    await he.hears(text("greeting"))
    for key in keys:
        await he.hears(text("more" if key != keys[0] else "menu"), least_s=0.6)
        await he.press(key)


async def ends(he: Caller, last: str = "bye", language: str = "zh") -> None:
    await he.hears(text(last, language), language)
    await he.is_hung_up()


async def menu_wrong_then_right(_on: Stage, he: Caller) -> str:
    await goes_to(he, "*")
    await he.hears(text("more"), least_s=0.6)
    await he.press("9")
    await he.hears(text("wrong"))
    await he.hears(text("more"), least_s=0.6)
    await he.press("4")
    await he.hears(text("other_flow"))
    await ends(he)
    return "self_served"


async def hours(_on: Stage, he: Caller) -> str:
    await goes_to(he, "4")
    await he.hears(text("is_open"))
    await he.hears(text("is_closed"))
    await ends(he)
    return "after_hours"


async def menu_late(_on: Stage, he: Caller) -> str:
    """His time is up, he is asked again, and answers then."""
    await goes_to(he, "")
    await he.hears(text("menu"))
    await he.hears(text("menu"), least_s=0.6)
    await he.press("4")
    await he.hears(text("is_open"))
    await he.hangs_up()
    return "abandoned_ivr"


async def menu_none(_on: Stage, he: Caller) -> str:
    await goes_to(he, "")
    await he.hears(text("menu"))
    await he.hears(text("menu"))
    await he.hears(text("menu_over"))
    await ends(he)
    return "abandoned_ivr"


async def menu_hangs_up(_on: Stage, he: Caller) -> str:
    await goes_to(he, "")
    await he.hears(text("menu"), least_s=0.6)
    await he.hangs_up()
    return "abandoned_ivr"


async def ask_right(_on: Stage, he: Caller) -> str:
    await goes_to(he, "1")
    await he.hears(text("ask"), least_s=0.6)
    await he.press("1079")
    await he.hears(text("asked").replace("{code}", "1 0 7 9"))
    await ends(he)
    return "abandoned_ivr"


async def ask_wrong_then_late(_on: Stage, he: Caller) -> str:
    await goes_to(he, "1")
    await he.hears(text("ask"), least_s=0.6)
    await he.press("12#")
    await he.hears(text("ask_wrong"))
    await he.hears(text("ask"))
    await he.hears(text("ask_over"))
    await ends(he)
    return "abandoned_ivr"


async def ask_hangs_up(_on: Stage, he: Caller) -> str:
    await goes_to(he, "1")
    await he.hears(text("ask"), least_s=0.6)
    await he.press("1")
    await he.hangs_up()
    return "abandoned_ivr"


async def say_is_not_cut(_on: Stage, he: Caller) -> str:
    """A key cuts nothing of what must be heard."""
    await goes_to(he, "2")
    await he.hears(text("must_hear"), least_s=0.6)
    await he.press("1")
    await he.hears(text("must_hear"), end=True)
    await he.hangs_up()
    return "abandoned_ivr"


async def say_is_heard(_on: Stage, he: Caller) -> str:
    await goes_to(he, "2")
    await he.hears(text("must_hear"), end=True)
    await he.hears(text("after_must"))
    await ends(he)
    return "abandoned_ivr"


async def say_is_skipped(_on: Stage, he: Caller) -> str:
    """The key goes on with him: what is said next is skipped, too, but the goodbye is for everybody."""
    await goes_to(he, "*7")
    await he.hears(text("long"), least_s=0.6)
    before = len(he.ear.heard)
    await he.press("5")
    await he.hears(text("bye"))
    assert len(he.ear.heard) - before < 8000 * 4, "it was not cut"
    await he.is_hung_up()
    return "abandoned_ivr"


async def language(_on: Stage, he: Caller) -> str:
    await goes_to(he, "3")
    await he.hears(text("english", "en"), "en")
    await ends(he, language="en")
    return "abandoned_ivr"


async def known_by_number(on: Stage, he: Caller) -> str:
    await goes_to(he, "5")
    await he.hears(text("known").replace("{name}", on.name))
    await ends(he)
    return "abandoned_ivr"


async def unknown_number(_on: Stage, he: Caller) -> str:
    await goes_to(he, "5")
    await he.hears(text("unknown"))
    await ends(he)
    return "abandoned_ivr"


async def known_by_licence(on: Stage, he: Caller) -> str:
    await goes_to(he, "*6")
    await he.hears(text("licence"), least_s=0.6)
    await he.press(f"{on.licence}#")
    # He calls from a strange number: the name of the licence's holder is not told to him.
    await he.hears(text("known").replace("{name}", ""))
    await he.hangs_up()
    return "abandoned_ivr"


async def unknown_licence(_on: Stage, he: Caller) -> str:
    await goes_to(he, "*6")
    await he.hears(text("licence"), least_s=0.6)
    await he.press("999999999#")
    await he.hears(text("unknown"))
    await he.hangs_up()
    return "abandoned_ivr"


async def queue_answered(on: Stage, he: Caller) -> str:
    await goes_to(he, "6")
    await he.hears(text("queue"))
    await on.agent.ready()
    rung = await talks(await (await on.desk.rings()).answer())
    assert await on.agent.post("/agent/state", state="paused", reason="break") == 204
    await rung.hang_up()
    await he.hears(text("survey"), least_s=0.6)
    await he.press("5")
    await he.hears(text("survey_thanks"))
    await ends(he)
    return "answered"


async def queue_timeout(_on: Stage, he: Caller) -> str:
    """Somebody is on duty, and has a break."""
    await goes_to(he, "6")
    await he.hears(text("queue"))
    await he.hears(text("queue_over"), limit_s=25)
    await ends(he)
    return "queue_timeout"


async def queue_hangs_up(_on: Stage, he: Caller) -> str:
    await goes_to(he, "6")
    await he.hears(text("queue"))
    await waits_in_a_queue(he)
    await he.hangs_up()
    return "abandoned_queue"


async def talks(leg: Leg) -> Leg:
    """Nobody hangs up the moment he has picked up."""
    await rest(0.7)
    return leg


async def waits_in_a_queue(he: Caller) -> None:
    """The music goes on where the prompt ended."""
    before = len(he.ear.heard)

    async def more() -> bool:
        return len(he.ear.heard) - before > 8000

    await until(f"{he.number} hears music", more)


async def queue_unserved(_on: Stage, he: Caller) -> str:
    await goes_to(he, "*8")
    await he.hears(text("nobody"))
    await ends(he)
    return "no_agent"


async def transfer_answered(on: Stage, he: Caller) -> str:
    await goes_to(he, "7")
    await he.hears(text("transfer"))
    rung = await talks(await (await on.manager.rings()).answer())
    await rung.hang_up()
    await he.hears(text("talked"))
    await ends(he)
    return "answered"


async def transfer_refused(on: Stage, he: Caller) -> str:
    await goes_to(he, "7")
    rung = await on.manager.rings()
    rung.refuse()
    await he.hears(text("transfer_busy"))
    await ends(he)
    return "abandoned_ivr"


async def transfer_not_answered(on: Stage, he: Caller) -> str:
    await goes_to(he, "7")
    rung = await on.manager.rings()
    await rung.over()
    await he.hears(text("transfer_over"))
    await he.hangs_up()
    return "abandoned_ivr"


async def transfer_hangs_up(on: Stage, he: Caller) -> str:
    await goes_to(he, "7")
    rung = await on.manager.rings()
    await he.hangs_up()
    await rung.over()
    return "abandoned_ring"


async def transfer_outside(on: Stage, he: Caller) -> str:
    await goes_to(he, "*5")
    taken = await talks(await (await on.carrier.rings(OUTSIDE)).answer())
    await taken.hang_up()
    await he.hears(text("talked"))
    await ends(he)
    return "transferred_out"


async def message_spoken(_on: Stage, he: Caller) -> str:
    await goes_to(he, "8")
    await he.hears(text("message"))
    await he.ear.say(SPOKEN_S)
    await he.press("#")
    await he.hears(text("message_kept"))
    await ends(he)
    return "voicemail"


async def message_hangs_up_speaking(_on: Stage, he: Caller) -> str:
    await goes_to(he, "8")
    await he.hears(text("message"))
    await he.ear.say(SPOKEN_S)
    await he.hangs_up()
    return "voicemail"


async def message_silent(_on: Stage, he: Caller) -> str:
    """Nothing was said: nothing is kept, nothing is owed."""
    await goes_to(he, "8")
    await he.hears(text("message"))
    await ends(he)
    return "abandoned_ivr"


async def callback_own(_on: Stage, he: Caller) -> str:
    await goes_to(he, "9")
    await he.hears(text("callback"), least_s=0.6)
    await he.press("1")
    await he.hears(text("callback_noted"))
    await ends(he)
    return "callback"


async def callback_other_number(_on: Stage, he: Caller) -> str:
    await goes_to(he, "9")
    await he.hears(text("callback"), least_s=0.6)
    await he.press("2")
    await he.hears(text("callback_number"), least_s=0.6)
    await he.press("13800009999#")
    await he.hears(text("callback_noted"))
    await he.hangs_up()
    return "callback"


async def callback_none(_on: Stage, he: Caller) -> str:
    await goes_to(he, "9")
    await he.hears(text("callback"))
    await he.hears(text("callback_over"), limit_s=25)
    await ends(he)
    return "abandoned_ivr"


async def callback_hangs_up(_on: Stage, he: Caller) -> str:
    await goes_to(he, "9")
    await he.hears(text("callback"), least_s=0.6)
    await he.hangs_up()
    return "abandoned_ivr"


async def survey_wrong_then_none(_on: Stage, he: Caller) -> str:
    await goes_to(he, "*1")
    await he.hears(text("survey"), least_s=0.6)
    await he.press("9")
    await he.hears(text("survey"))
    await ends(he)
    return "abandoned_ivr"


async def survey_hangs_up(_on: Stage, he: Caller) -> str:
    await goes_to(he, "*1")
    await he.hears(text("survey"), least_s=0.6)
    await he.hangs_up()
    return "abandoned_ivr"


async def service_answers(_on: Stage, he: Caller) -> str:
    await goes_to(he, "*2")
    await he.hears(text("told"))
    await ends(he)
    return "abandoned_ivr"


async def service_hangs(_on: Stage, he: Caller) -> str:
    await goes_to(he, "*3")
    await he.hears(text("failed"))
    await ends(he)
    return "abandoned_ivr"


async def hangs_up_while_a_service_hangs(_on: Stage, he: Caller) -> str:
    await goes_to(he, "*3")
    await asyncio.wait_for(he.hangs_up(), 5)
    return "abandoned_ivr"


async def other_flow(_on: Stage, he: Caller) -> str:
    await goes_to(he, "*4")
    await he.hears(text("other_flow"))
    await ends(he)
    return "self_served"


async def hangs_up_in_the_goodbye(_on: Stage, he: Caller) -> str:
    await goes_to(he, "*4")
    await he.hears(text("other_flow"))
    await he.hears(text("bye"), least_s=0.6)
    await he.hangs_up()
    return "abandoned_ivr"


async def greeting_hangs_up(_on: Stage, he: Caller) -> str:
    await he.hears(text("greeting"), least_s=0.6)
    await he.hangs_up()
    return "abandoned_ivr"


SHARED: tuple[tuple[Case, ...], ...] = (
    (queue_timeout, queue_hangs_up, queue_answered),
    (transfer_answered, transfer_refused, transfer_not_answered, transfer_hangs_up),
)
"""Cases that want the same people: one after the other."""

ALONE: tuple[Case, ...] = (
    menu_wrong_then_right, hours, menu_late, menu_none, menu_hangs_up, ask_right, ask_wrong_then_late, ask_hangs_up, say_is_not_cut,
    say_is_heard, say_is_skipped, language, known_by_number, unknown_number, known_by_licence, unknown_licence, queue_unserved,
    transfer_outside,
    message_spoken, message_hangs_up_speaking, message_silent, callback_own, callback_other_number, callback_none, callback_hangs_up,
    survey_wrong_then_none, survey_hangs_up, service_answers, service_hangs, hangs_up_while_a_service_hangs, other_flow,
    hangs_up_in_the_goodbye, greeting_hangs_up,
)  # fmt: skip

NUMBERS: Mapping[Case, str] = {
    case: f"1396000{n:04d}" for n, case in enumerate((*ALONE, *(one for several in SHARED for one in several)), 1)
}
"""Each caller has a number of his own."""
