"""What callers do, one thing at a time, so that a case is a line of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from callcenter.ivr.walking.whom import EACH
from tests.live.centre import until
from tests.live.person import Person
from tests.live.phone.leg import Leg
from tests.live.phone.phone import Phone
from tests.live.scenarios.stage import rest
from tests.live.steps.ear import Caller
from tests.live.steps.flow import OUTSIDE, text

SHARED_NUMBER = "02160019999"
"""That of several customers of the demo."""

SPOKEN_S = 5
TALK_S = 0.7
NOTICED_S = 0.6
"""So much of a prompt tells that it has begun."""


@dataclass
class Stage:
    """Who else takes part: an agent who serves the queue when he is ready, one who is only called himself, the carrier.

    And customers: one's licence, name and number; the names of those who share SHARED_NUMBER, in the order of their keys. `rung`: whoever
    is rung for a caller, by the caller's number; `talking`: whoever talks to him.
    """

    agent: Person
    desk: Phone
    manager: Phone
    carrier: Phone
    licence: str
    name: str
    number: str
    sharing: tuple[str, ...]
    rung: dict[str, Leg] = field(default_factory=dict)
    talking: dict[str, Leg] = field(default_factory=dict)


Doing = Callable[[Stage, Caller], Awaitable[None]]


def hears(prompt: str, language: str = "zh", /, *, limit_s: float = 15.0, **slots: str) -> Doing:
    """A prompt, after what he heard before."""
    said = text(prompt, language)
    for slot, value in slots.items():
        said = said.replace(f"{{{slot}}}", value)
    return lambda _on, he: he.hears(said, language, limit_s=limit_s)


def notices(prompt: str, *, limit_s: float = 15.0) -> Doing:
    """A prompt's begin: what he does next cuts it."""
    return lambda _on, he: he.hears(text(prompt), limit_s=limit_s, least_s=NOTICED_S)


def hears_out(prompt: str) -> Doing:
    """A prompt's end."""
    return lambda _on, he: he.hears(text(prompt), end=True)


def keys(pressed: str) -> Doing:
    return lambda _on, he: he.press(pressed)


async def keys_the_licence(on: Stage, he: Caller) -> None:
    await he.press(f"{on.licence}#")


async def hears_the_name(on: Stage, he: Caller) -> None:
    await hears("known", name=on.name)(on, he)


async def hears_whose_keys(on: Stage, he: Caller) -> None:
    for key, name in enumerate(on.sharing, 1):
        await he.hears(EACH["zh"].format(name=name, key=key))


async def hears_the_second_name(on: Stage, he: Caller) -> None:
    """In English, which that customer speaks."""
    await hears("known", "en", name=on.sharing[1])(on, he)


async def speaks(_on: Stage, he: Caller) -> None:
    await he.ear.say(SPOKEN_S)


async def hangs_up(_on: Stage, he: Caller) -> None:
    await he.hangs_up()


async def is_hung_up(_on: Stage, he: Caller) -> None:
    await he.is_hung_up()


def goodbye(language: str = "zh") -> tuple[Doing, ...]:
    """The flow's last words, and its end."""
    return hears("bye", language), is_hung_up


def goes_to(pressed: str) -> tuple[Doing, ...]:
    """From the greeting through the menus; a key cuts what is being said."""
    menus = ("menu", *("more" for _ in pressed[1:]))
    return hears("greeting"), *(doing for menu, key in zip(menus, pressed, strict=False) for doing in (notices(menu), keys(key)))


async def does(doings: Iterable[Doing], on: Stage, he: Caller) -> None:
    """One after the other."""
    for doing in doings:
        await doing(on, he)


async def hears_music(_on: Stage, he: Caller) -> None:
    """The music of a queue goes on where the prompt ended."""
    before = len(he.ear.heard)

    async def more() -> bool:
        return len(he.ear.heard) - before > 8000

    await until(f"{he.number} hears music", more)


async def manager_is_rung(on: Stage, he: Caller) -> None:
    on.rung[he.number] = await on.manager.rings()


async def carrier_is_rung(on: Stage, he: Caller) -> None:
    on.rung[he.number] = await on.carrier.rings(OUTSIDE)


async def they_talk(on: Stage, he: Caller) -> None:
    """Until the other one hangs up; nobody does the moment he has picked up."""
    leg = await on.rung[he.number].answer()
    await rest(TALK_S)
    await leg.hang_up()


async def is_answered_by_him(on: Stage, he: Caller) -> None:
    """Who is rung for the caller picks up, and they talk."""
    on.talking[he.number] = await on.rung[he.number].answer()
    await rest(TALK_S)


async def is_left_by_him(on: Stage, he: Caller) -> None:
    await on.talking[he.number].hang_up()


async def is_refused(on: Stage, he: Caller) -> None:
    on.rung[he.number].refuse()


async def rings_no_more(on: Stage, he: Caller) -> None:
    await on.rung[he.number].over()


def is_answered(*, limit_s: float = 20.0) -> Doing:
    """The agent gets ready, talks, has a break from then on, and hangs up."""

    async def answered(on: Stage, _he: Caller) -> None:
        await on.agent.ready()
        leg = await (await on.desk.rings(limit_s=limit_s)).answer()
        await rest(TALK_S)
        assert await on.agent.post("/agent/state", state="paused", reason="break") == 204
        await leg.hang_up()

    return answered
