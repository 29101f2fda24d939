"""What agents are by our own word: who sits where, ready or paused, wrap-up over.

The row is committed first, then the event goes on the inbox; Asterisk is told by `live.members`.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import IntegrityError

from callcenter.floor.agent import Agent
from callcenter.floor.events import AgentSignedIn, AgentSignedOut, AgentUsesPhone, AgentWants, Event, WrapUpSaved
from callcenter.floor.floor import Floor
from callcenter.people.service import People, Seated
from callcenter.web.user import User

IN_A_CALL = ("ringing", "talking")


class NoSuchSeat(Exception):
    """There is no seat of that name."""


class SeatTaken(Exception):
    """Somebody else sits there; `who` is number and name."""

    def __init__(self, who: str) -> None:
        super().__init__(who)
        self.who = who


class NotSeated(Exception):
    """The user sits at no seat."""


class Busy(Exception):
    """Not while a call rings or is talked on."""


class Agents:
    def __init__(self, people: People, floor: Callable[[], Floor], put: Callable[[Event], None], clock: Callable[[], int]) -> None:
        self._people = people
        self._floor = floor
        self._put = put
        self._clock = clock

    def of(self, user: User) -> Agent:
        """The agent as he is on the floor; raise NotSeated."""
        agent = self._floor().agents.get(user.number)
        if agent is None:
            raise NotSeated
        return agent

    async def sit(self, user: User, seat: str, phone: str = "") -> None:
        """Take a seat, leaving the one before. Raise NoSuchSeat, SeatTaken, Busy.

        `phone`: browser or desk; '' leaves it to be decided when his page asks for it. Who sits there already keeps
        the one he has, or chooses another one.
        """
        if seat not in await self._people.seats():
            raise NoSuchSeat(seat)
        there = self._floor().agents.get(user.number)
        if there is not None and there.seat == seat:
            if phone not in ("", there.phone) and there.state not in IN_A_CALL:
                await self.use_phone(user, phone)
            return
        holder = self._floor().agents.get(self._floor().seats.get(seat, ""))
        if holder is not None and holder.number != user.number:
            raise SeatTaken(f"{holder.number} {holder.name}")
        if there is not None:
            await self.stand(user)
        try:
            seated = await self._people.sit(user, seat, phone)
        except IntegrityError:
            taken = [one for one in await self._people.seated() if one.seat == seat]
            if not taken:
                raise
            # A colleague took it at the same instant.
            raise SeatTaken(f"{taken[0].number} {taken[0].name}") from None
        for event in seated_events(seated, self._clock()):
            self._put(event)

    async def stand(self, user: User) -> None:
        """Leave the seat and all queues; nothing happens for a user who sits nowhere. Raise Busy."""
        agent = self._floor().agents.get(user.number)
        if agent is None:
            return
        if agent.state in IN_A_CALL:
            raise Busy
        await self._people.stand(user)
        self._put(AgentSignedOut(self._clock(), agent=user.number))

    async def send_away(self, agent: Agent) -> None:
        """Take an agent off his seat who cannot do it himself."""
        await self._people.stand(_user(agent))
        self._put(AgentSignedOut(self._clock(), agent=agent.number))

    async def use_phone(self, user: User, phone: str) -> None:
        """The phone that he has at his seat: browser, desk, or '' to have it decided. Raise NotSeated, Busy."""
        agent = self.of(user)
        if agent.state in IN_A_CALL and agent.phone:
            raise Busy
        await self._people.use_phone(user, phone)
        self._put(AgentUsesPhone(self._clock(), agent=user.number, phone=phone))

    async def want(self, user: User, *, ready: bool, reason: str = "") -> None:
        """Ready, or paused for a reason. While a call or wrap-up is on it takes effect after. Raise NotSeated."""
        self.of(user)
        await self._people.want(user, ready=ready, reason=reason)
        self._put(AgentWants(self._clock(), agent=user.number, ready=ready, reason=reason))

    async def pause(self, agent: Agent, reason: str) -> None:
        """Pause an agent who did not ask for it; he makes himself ready again."""
        await self._people.want(_user(agent), ready=False, reason=reason)
        self._put(AgentWants(self._clock(), agent=agent.number, ready=False, reason=reason))

    def wrapped_up(self, user: User, call: str) -> None:
        """The wrap-up of a call was saved; the row is already committed."""
        self._put(WrapUpSaved(self._clock(), agent=user.number, call=call))


def _user(agent: Agent) -> User:
    return User(agent.user, agent.number, agent.name, frozenset({"agent"}), "zh_CN")


def as_agent(seated: Seated) -> Agent:
    """An agent as he sat when we stopped."""
    return Agent(
        number=seated.number,
        name=seated.name,
        user=seated.user,
        seat=seated.seat,
        queues=seated.queues,
        state="ready" if seated.ready else "paused",
        since=seated.since,
        wants_ready=seated.ready,
        reason=seated.reason,
        phone=seated.phone,
    )


def seated_events(seated: Seated, at: int) -> list[Event]:
    """What puts a seated agent on the floor: at sign-in, and again at a start."""
    return [
        AgentSignedIn(at, seated.number, seated.name, seated.seat, seated.queues, seated.user, seated.phone),
        AgentWants(at, agent=seated.number, ready=seated.ready, reason=seated.reason),
    ]
