"""Agents' days and the gaps of the link, as rows. Written again after a doubtful commit, they are the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.calls.tables import AgentStateRow, LinkGapRow
from callcenter.floor.agent import Agent
from callcenter.floor.changes import AgentChanged, GapFilled, LinkMoved


def is_news(change: AgentChanged) -> bool:
    """Whether the agent's state, and not only a detail of it, changed."""
    return _state(change.before) != _state(change.after)


def _state(agent: Agent | None) -> tuple[str, ...] | None:
    if agent is None:
        return None
    paused_for = agent.reason if agent.state == "paused" else ""
    return (agent.state, agent.seat, paused_for, agent.call or "")


async def store_agent_states(session: AsyncSession, changes: Iterable[AgentChanged]) -> None:
    """The stretch before each change ends, the one after begins. A stretch of no length is no stretch.

    Three statements, however many changes there are: as long as one writes, SQLite lets nobody else.
    """
    days = _days(changes)
    if not days:
        return
    connection = await session.connection()
    mine, open_still = AgentStateRow.agent == bindparam("who"), AgentStateRow.ended.is_(None)
    same = delete(AgentStateRow).where(mine, AgentStateRow.began == bindparam("at"))
    await connection.execute(same, [{"who": who, "at": at} for who, day in days.items() for at in day])
    over = update(AgentStateRow).where(mine, open_still).values(ended=bindparam("at"))
    await connection.execute(over, [{"who": who, "at": next(iter(day))} for who, day in days.items()])
    rows = [row for day in days.values() for row in _stretches(day)]
    if rows:
        await connection.execute(insert(AgentStateRow), rows)


def _days(changes: Iterable[AgentChanged]) -> Mapping[str, Mapping[int, Agent | None]]:
    """By agent what he was from each moment on, in the order in which it was told; None when he had left. Of one moment the last counts."""
    days: dict[str, dict[int, Agent | None]] = {}
    for change in changes:
        agent = change.after or change.before
        if agent is not None:
            day = days.setdefault(agent.number, {})
            day.pop(change.at, None)
            day[change.at] = change.after
    return days


def _stretches(day: Mapping[int, Agent | None]) -> Iterator[dict[str, object]]:
    for (at, agent), ended in zip(day.items(), [*list(day)[1:], None], strict=True):
        if agent is not None:
            yield _row(agent, at) | {"ended": ended}


def _row(agent: Agent, at: int) -> dict[str, object]:
    return {
        "agent": agent.number,
        "user": agent.user,
        "seat": agent.seat,
        "state": agent.state,
        "reason": agent.reason if agent.state == "paused" else "",
        "call": agent.call,
        "began": at,
    }


async def store_link(session: AsyncSession, move: LinkMoved) -> None:
    """A gap begins when the link stops being live and ends when it is again."""
    if move.before == "live":
        await session.execute(delete(LinkGapRow).where(LinkGapRow.began == move.at))
        await session.execute(insert(LinkGapRow).values(began=move.at))
    elif move.after == "live":
        await session.execute(update(LinkGapRow).where(LinkGapRow.ended.is_(None)).values(ended=move.at))


async def store_gap(session: AsyncSession, gap: GapFilled) -> None:
    """What was told of the gap afterwards; of one that no loss of the link began, the gap itself. It goes on until the link is live.

    The link was seen to be lost some seconds after it had last been heard: the gap began then.
    """
    told = {"rebuilt": gap.calls, "why": gap.why, "unknown": ",".join(gap.unknown)}
    same = select(LinkGapRow.id, LinkGapRow.began).where(or_(LinkGapRow.ended.is_(None), LinkGapRow.began == gap.began))
    known = (await session.execute(same.order_by(LinkGapRow.began.desc()).limit(1))).one_or_none()
    if known is None:
        await session.execute(insert(LinkGapRow).values(began=gap.began, **told))
        return
    began = min(known.began, gap.began)
    await session.execute(delete(LinkGapRow).where(LinkGapRow.began == began, LinkGapRow.id != known.id))
    await session.execute(update(LinkGapRow).where(LinkGapRow.id == known.id).values(began=began, **told))
