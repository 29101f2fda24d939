"""The record of a period made anew from tapes: calls, legs, segments, steps. What people entered stays, and so does measured sound."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, fields, replace

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.calls.rows import load_call, load_calls, store_call
from callcenter.calls.tables import CallRow, LegRow, StepRow, TryRow
from callcenter.calls.told import iso
from callcenter.floor.call import Call, Segment
from callcenter.store.engine import REFUSED, Store

BY_HAND = ("customer", "customer_name", "tier", "callback")
"""What is known of a call from elsewhere: whom people took the caller for, and the promise that the call was to keep."""
PARTS = ("legs", "segments", "steps", "recordings")


class CallsGoOn(Exception):
    """Calls of a running server lie in the period: it would write its own picture over what is made anew."""


@dataclass(frozen=True)
class Rewritten:
    """What became of one call. `what`: as it was, changed, added, goes on, not on the tape."""

    call: str
    what: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.call} {self.what}{': ' if self.why else ''}{self.why}"


async def rewrite(
    store: Store, folded: Iterable[Call], since: int, until: int, *, serving: bool, dry_run: bool = False
) -> AsyncIterator[Rewritten]:
    """Write the calls that began in the period (ms), each in a transaction of its own; tell each of the tapes' and of the record's.

    Raises CallsGoOn when a server is `serving` and has calls that began in the period and go on.
    """
    stored = await _stored(store, since, until)
    going_on = sorted(call.id for call in stored.values() if not call.complete)
    if serving and going_on:
        raise CallsGoOn(f"{len(going_on)} calls of the running server go on in this period, the first: {going_on[0]}")
    on_tape = set[str]()
    for call in sorted((one for one in folded if since <= one.began < until), key=lambda one: (one.began, one.id)):
        on_tape.add(call.id)
        if call.complete:
            yield await _rewrite_one(store, call, dry_run=dry_run)
        else:
            yield Rewritten(call.id, "goes on", "at the end of the tapes; it is left as it is")
    for id in stored.keys() - on_tape:
        yield Rewritten(id, "not on the tape", "it is left as it is")


async def _stored(store: Store, since: int, until: int) -> dict[str, Call]:
    async with store.transaction() as session:
        wanted = select(CallRow).where(CallRow.began >= since, CallRow.began < until).order_by(CallRow.began, CallRow.id)
        return {call.id: call for call in await load_calls(session, wanted)}


async def _rewrite_one(store: Store, folded: Call, *, dry_run: bool) -> Rewritten:
    try:
        async with store.transaction() as session:
            return await _in_transaction(session, folded, dry_run=dry_run)
    except REFUSED:
        # A customer who was removed meanwhile must not keep his call out of the record.
        async with store.transaction() as session:
            return await _in_transaction(session, replace(folded, customer=None), dry_run=dry_run)


async def _in_transaction(session: AsyncSession, folded: Call, *, dry_run: bool) -> Rewritten:
    before = await load_call(session, folded.id)
    after = folded if before is None else replace(folded, **{name: getattr(before, name) for name in BY_HAND})
    differs = [] if before is None else differences(before, after)
    if before is not None and not differs:
        return Rewritten(after.id, "as it was")
    if not dry_run:
        await store_call(session, before, after)
        if before is not None:
            await _take_away(session, before, after)
    if before is None:
        return Rewritten(after.id, "added", f"{after.direction}, {after.exit}, {_told(after.segments)}")
    return Rewritten(after.id, "changed", "; ".join(differs))


async def _take_away(session: AsyncSession, before: Call, after: Call) -> None:
    """Legs and steps that are the call's no more. A recording stays: its sound is there."""
    for leg in before.legs.keys() - after.legs.keys():
        await session.execute(delete(LegRow).where(LegRow.id == leg, LegRow.call == after.id))
    await session.execute(delete(TryRow).where(TryRow.call == after.id, TryRow.step > len(after.steps)))
    await session.execute(delete(StepRow).where(StepRow.call == after.id, StepRow.n > len(after.steps)))


def differences(before: Call, after: Call) -> list[str]:
    """What is not the same, in words for whoever looks at the record. A recording that is there already is no difference."""
    found = [
        f"{one.name} {_value(getattr(before, one.name))} → {_value(getattr(after, one.name))}"
        for one in fields(Call)
        if one.name not in PARTS and getattr(before, one.name) != getattr(after, one.name)
    ]
    if before.segments != after.segments:
        found.append(f"segments {_told(before.segments)} → {_told(after.segments)}")
    if before.legs != after.legs:
        odd = [leg for leg in {**before.legs, **after.legs} if before.legs.get(leg) != after.legs.get(leg)]
        found.append(f"legs {' '.join(odd)}")
    if before.steps != after.steps:
        found.append(f"steps {len(before.steps)} → {len(after.steps)}")
    new = {one.id for one in after.recordings} - {one.id for one in before.recordings}
    return found + ([f"recordings + {' '.join(sorted(new))}"] if new else [])


def _value(value: object) -> str:
    return iso(value) or "" if isinstance(value, int) and value > 1_000_000_000_000 else str(value if value not in (None, "") else "–")


def _told(segments: tuple[Segment, ...]) -> str:
    return ", ".join(f"{one.kind} {one.who or one.queue or ''} {one.reason or 'open'}".replace("  ", " ") for one in segments) or "none"
