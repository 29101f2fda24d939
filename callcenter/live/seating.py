"""Taking a seat, with what stands in the way said in the user's language."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from callcenter.live.agents import Agents, Busy, NoSuchSeat, SeatTaken
from callcenter.web.forms import FormError
from callcenter.web.texts import gettext
from callcenter.web.user import User


def seating(agents: Agents) -> Callable[[User, str, str], Awaitable[None]]:
    """What the sign-in calls for an agent. An agent who names no seat takes one later, on his page."""

    async def seated(user: User, seat: str, phone: str) -> None:
        if seat:
            await sit(agents, user, seat, phone)

    return seated


def leaving(agents: Agents) -> Callable[[User], Awaitable[None]]:
    """What the sign-out calls: the seat is free for the next one, and the queues offer him nothing more."""

    async def left(user: User) -> None:
        try:
            await agents.stand(user)
        except Busy:
            raise FormError({"seat": gettext(user.language, "You cannot leave your seat during a call.")}) from None

    return left


async def sit(agents: Agents, user: User, seat: str, phone: str = "") -> None:
    """Take the seat with this phone (see `Agents.sit`), or FormError that names who sits there or what is wrong."""
    try:
        await agents.sit(user, seat, phone)
    except NoSuchSeat:
        raise FormError({"seat": gettext(user.language, "There is no seat %(seat)s.") % {"seat": seat}}) from None
    except SeatTaken as taken:
        message = gettext(user.language, "%(who)s sits at %(seat)s. Please take another seat.")
        raise FormError({"seat": message % {"who": taken.who, "seat": seat}}) from None
    except Busy:
        raise FormError({"seat": gettext(user.language, "You cannot change seats during a call.")}) from None
