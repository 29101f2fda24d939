"""Calls that walked a flow, as the record keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from callcenter.calls.rows import store_calls
from callcenter.floor.call import Call, Leg, Segment, Step
from callcenter.store.engine import Store

HOTLINE = "8000000001"
KINDS = {
    "greeting": "say",
    "menu": "menu",
    "number": "ask",
    "closing": "menu",
    "person": "queue",
    "message": "message",
    "through": "transfer",
    "bye": "end",
}

Walked = Sequence[tuple[str, int, str | None]]
"""Steps: name, how long the caller was there (ms; 0: he is there now), its result."""


def call(id: str, began: int, walked: Walked, *, version: str = "v1", **more: object) -> Call:
    """A call that took these steps, one after the other, and ended with the last of them."""
    steps: list[Step] = []
    at = began
    for n, (step, ms, result) in enumerate(walked, 1):
        steps.append(Step(n, "orders", version, step, KINDS[step], at, at + ms if ms else None, result))
        at += ms
    over = bool(walked) and walked[-1][1] > 0
    whole = Call(
        id=id,
        direction="inbound",
        number="13812345678",
        to=HOTLINE,
        began=began,
        hotline=HOTLINE,
        ended=at if over else None,
        exit="abandoned_ivr" if over else None,
        legs={id: Leg(id, "PJSIP/trunk-01", "13812345678", began, role="caller", ended=at if over else None, cause=16)},
        steps=tuple(steps),
    )
    return replace(whole, **more)  # type: ignore[arg-type]


def waited(call: Call, began: int, ended: int, reason: str) -> Call:
    """The same call, which waited in a queue meanwhile."""
    wait = Segment(len(call.segments) + 1, "queue", call.id, began, queue="orders", ended=ended, reason=reason)
    return replace(call, segments=(*call.segments, wait), exit="answered" if reason == "answered" else "abandoned_queue")


def talked(call: Call, began: int, ended: int) -> Call:
    """The same call, which was put through to somebody."""
    talk = Segment(len(call.segments) + 1, "talk", call.id, began, who="2001", ended=ended, reason="caller_hung_up")
    return replace(call, segments=(*call.segments, talk), exit="transferred_out")


async def keep(store: Store, *calls: Call) -> None:
    async with store.transaction() as session:
        await store_calls(session, [(None, one) for one in calls])
