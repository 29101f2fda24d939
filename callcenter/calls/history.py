"""Agents' days and the gaps of the link, as rows. Written again after a doubtful commit, they are the same rows."""

from __future__ import annotations

from sqlalchemy import delete, insert, or_, select, update
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


async def store_agent_state(session: AsyncSession, change: AgentChanged) -> None:
    """The stretch before ends, the one after begins. A stretch of no length is no stretch."""
    agent = change.after or change.before
    if agent is None:
        return
    mine = AgentStateRow.agent == agent.number
    await session.execute(delete(AgentStateRow).where(mine, AgentStateRow.began == change.at))
    await session.execute(update(AgentStateRow).where(mine, AgentStateRow.ended.is_(None)).values(ended=change.at))
    if change.after is not None:
        await session.execute(insert(AgentStateRow).values(**_row(change.after, change.at)))


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
