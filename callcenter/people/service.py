"""People at work: users, seats and who sits at them, the words agents choose from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit.service import append
from callcenter.people.sign_in import Accounts
from callcenter.people.tables import AgentQueueRow, DispositionRow, PauseReasonRow, SeatRow, SeatSessionRow, SessionRow, UserRow
from callcenter.web.user import User


@dataclass(frozen=True)
class AgentCard:
    """An agent as he is set up: his number (工号), user id, the queues he serves."""

    user: int
    number: str
    name: str
    active: bool
    queues: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """Somebody who may sign in, or might before he was dismissed."""

    number: str
    name: str
    roles: tuple[str, ...]
    queues: tuple[str, ...]
    active: bool


@dataclass(frozen=True)
class Seated:
    """Who sits where, since when (ms), and what he asked to be: ready, or paused for a reason's code.

    `phone` is the one he has there: browser, desk, or '' while it is not decided.
    """

    user: int
    number: str
    name: str
    seat: str
    queues: tuple[str, ...]
    since: int
    ready: bool
    reason: str
    phone: str


@dataclass(frozen=True)
class Word:
    """A reason or a disposition that agents choose: its code and its two names."""

    code: str
    zh: str
    en: str

    def title(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class People(Accounts):
    """Accounts, and those who are at work."""

    async def add(
        self, *, number: str, name: str, password: str, roles: Collection[str], language: str, queues: Collection[str] = (), by: str = ""
    ) -> int:
        """A new user, made by `by` (a number; '' is the server); return his id. Raise IntegrityError when the number is taken."""
        stored = await self._passwords.hash(password)
        async with self._store.transaction() as session:
            row = UserRow(number=number, name=name, password_hash=stored, roles=sorted(roles), language=language, active=True)
            session.add(row)
            await session.flush()
            session.add_all(AgentQueueRow(user=row.id, queue=queue) for queue in queues)
            await append(session, at=self._clock(), who=by, act="user_added", what=f"{number} {' '.join(sorted(roles))}")
            return row.id

    async def set_password(self, number: str, password: str, *, by: str = "") -> None:
        """Give a user a new password and end his sessions."""
        stored = await self._passwords.hash(password)
        async with self._store.transaction() as session:
            await session.execute(update(UserRow).where(UserRow.number == number).values(password_hash=stored))
            await session.execute(delete(SessionRow).where(SessionRow.user.in_(select(UserRow.id).where(UserRow.number == number))))
            await append(session, at=self._clock(), who=by, act="password_set", what=number)
        self._found.clear()

    async def dismiss(self, number: str, *, by: str = "") -> None:
        """Nobody signs in as this user any more, his sessions end now, and his seat is free."""
        now, him = self._clock(), select(UserRow.id).where(UserRow.number == number).scalar_subquery()
        async with self._store.transaction() as session:
            await session.execute(update(UserRow).where(UserRow.number == number).values(active=False))
            await session.execute(delete(SessionRow).where(SessionRow.user == him))
            his_seat = update(SeatSessionRow).where(SeatSessionRow.user == him, SeatSessionRow.until.is_(None))
            await session.execute(his_seat.values(until=now))
            await append(session, at=now, who=by, act="user_dismissed", what=number)
        self._found.clear()

    async def out(self, users: Collection[int]) -> tuple[set[int], set[int]]:
        """Of these users' ids: who was dismissed, and who has no session any more."""
        async with self._store.transaction() as session:
            dismissed = await session.scalars(select(UserRow.id).where(UserRow.id.in_(users), ~UserRow.active))
            signed_in = await session.scalars(select(SessionRow.user).where(SessionRow.user.in_(users)).distinct())
            return set(dismissed), set(users) - set(signed_in)

    async def agents(self) -> list[AgentCard]:
        """All users who take calls, by number."""
        async with self._store.transaction() as session:
            queues = await _queues(session)
            rows = await session.scalars(select(UserRow).order_by(UserRow.number))
            return [AgentCard(r.id, r.number, r.name, r.active, queues.get(r.id, ())) for r in rows if "agent" in r.roles]

    async def agent(self, number: str) -> AgentCard | None:
        return next((a for a in await self.agents() if a.number == number), None)

    async def everybody(self) -> list[Person]:
        """All users, by number."""
        async with self._store.transaction() as session:
            queues = await _queues(session)
            rows = await session.scalars(select(UserRow).order_by(UserRow.number))
            return [Person(r.number, r.name, tuple(r.roles), queues.get(r.id, ()), r.active) for r in rows]

    async def names(self) -> dict[int, tuple[str, str]]:
        """Number and name of every user, by id: for lists that show who did something."""
        async with self._store.transaction() as session:
            return {r.id: (r.number, r.name) for r in await session.scalars(select(UserRow))}

    async def answerable(self, number: str) -> tuple[int, str] | None:
        """Id and number of who answers for what nobody took: the user of this number while he is there, else a supervisor, else an
        administrator; None when there is nobody."""
        async with self._store.transaction() as session:
            there = list(await session.scalars(select(UserRow).where(UserRow.active).order_by(UserRow.number)))
        named = [row for row in there if number and row.number == number]
        above = [row for role in ("supervisor", "admin") for row in there if role in row.roles]
        return next(((row.id, row.number) for row in (*named, *above)), None)

    async def seats(self) -> dict[str, str]:
        """Every seat's kind (browser or desk), by name in order: the phone of whoever sits there and does not say which one he has."""
        async with self._store.transaction() as session:
            return {r.name: r.kind for r in await session.scalars(select(SeatRow).order_by(SeatRow.name))}

    async def pause_reasons(self) -> list[Word]:
        """In the order they are offered."""
        async with self._store.transaction() as session:
            rows = await session.scalars(select(PauseReasonRow).order_by(PauseReasonRow.place))
            return [Word(r.code, r.zh, r.en) for r in rows]

    async def dispositions(self) -> list[Word]:
        """In the order they are offered."""
        async with self._store.transaction() as session:
            rows = await session.scalars(select(DispositionRow).order_by(DispositionRow.place))
            return [Word(r.code, r.zh, r.en) for r in rows]

    async def sit(self, user: User, seat: str, phone: str = "") -> Seated:
        """The user takes a seat, paused, leaving the one he had. Raise IntegrityError when another sits there or there is no such seat.

        `phone`: browser or desk; '' leaves it to be decided. Who sits there already keeps the one he has.
        """
        now = self._clock()
        async with self._store.transaction() as session:
            there = await session.scalar(select(SeatSessionRow).where(SeatSessionRow.user == user.id, SeatSessionRow.until.is_(None)))
            if there is not None and there.seat != seat:
                there.until = now
                await session.flush()
            if there is None or there.seat != seat:
                there = SeatSessionRow(user=user.id, seat=seat, since=now, until=None, ready=False, reason="", phone=phone)
                session.add(there)
                await session.flush()
            queues = await _queues(session)
        self._found.clear()
        return _seated(there, user.number, user.name, queues)

    async def stand(self, user: User) -> None:
        """The user leaves his seat; nothing happens when he sits nowhere."""
        now = self._clock()
        async with self._store.transaction() as session:
            await session.execute(
                update(SeatSessionRow).where(SeatSessionRow.user == user.id, SeatSessionRow.until.is_(None)).values(until=now)
            )
        self._found.clear()

    async def use_phone(self, user: User, phone: str) -> None:
        """The phone that the seated user has: browser, desk, or '' to have it decided."""
        async with self._store.transaction() as session:
            mine = update(SeatSessionRow).where(SeatSessionRow.user == user.id, SeatSessionRow.until.is_(None))
            await session.execute(mine.values(phone=phone))

    async def want(self, user: User, *, ready: bool, reason: str = "") -> None:
        """What the seated user asks to be: ready, or paused for a reason's code."""
        async with self._store.transaction() as session:
            await session.execute(
                update(SeatSessionRow)
                .where(SeatSessionRow.user == user.id, SeatSessionRow.until.is_(None))
                .values(ready=ready, reason="" if ready else reason)
            )

    async def seated(self) -> list[Seated]:
        """All who sit somewhere, by seat: what the floor is told at a start. Dismissed users are not among them."""
        async with self._store.transaction() as session:
            queues = await _queues(session)
            rows = await session.execute(
                select(SeatSessionRow, UserRow)
                .join(UserRow, UserRow.id == SeatSessionRow.user)
                .where(SeatSessionRow.until.is_(None), UserRow.active)
                .order_by(SeatSessionRow.seat)
            )
            return [_seated(r.SeatSessionRow, r.UserRow.number, r.UserRow.name, queues) for r in rows]


def _seated(row: SeatSessionRow, number: str, name: str, queues: dict[int, tuple[str, ...]]) -> Seated:
    return Seated(row.user, number, name, row.seat, queues.get(row.user, ()), row.since, row.ready, row.reason, row.phone)


async def _queues(session: AsyncSession) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for row in await session.scalars(select(AgentQueueRow).order_by(AgentQueueRow.queue)):
        found[row.user] = (*found.get(row.user, ()), row.queue)
    return found
