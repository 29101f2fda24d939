"""Callers' stories as events, written as Asterisk and our own rooms tell them. Times are milliseconds from T."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from callcenter.floor import events as ev
from callcenter.floor.call import Call
from callcenter.floor.changes import Change, Misfit
from callcenter.floor.floor import Floor, advance

T = 1_795_000_000_000
CALLER, AGENT, SECOND = "a1-1.1", "a1-1.2", "a1-1.3"
HOTLINE = "8000000001"


def fold(events: Iterable[ev.Event], floor: Floor | None = None) -> tuple[Floor, list[Change]]:
    floor, told = floor or Floor(), []
    for event in events:
        floor, changes = advance(floor, event)
        told += changes
    return floor, told


def folded(events: Iterable[ev.Event], floor: Floor | None = None) -> Floor:
    """The floor after events all of which fit."""
    floor, changes = fold(events, floor)
    assert [one for one in changes if isinstance(one, Misfit)] == []
    return floor


def segments(call: Call) -> list[tuple[str, str | None, int, int | None, str | None]]:
    """kind, who, began and ended after T, reason."""
    return [(s.kind, s.who, s.began - T, None if s.ended is None else s.ended - T, s.reason) for s in call.segments]


def later(events: Sequence[ev.Event], ms: int) -> list[ev.Event]:
    return [replace(event, at=event.at + ms) for event in events]


def sits(agent: str = "2001", seat: str = "1001", *, ready: bool = True) -> list[ev.Event]:
    return [
        ev.SeatChanged(T, seat, "NOT_INUSE"),
        ev.AgentSignedIn(T, agent, f"Agent {agent}", seat, ("orders",), 1),
        ev.AgentWants(T, agent, ready),
    ]


def arrives(at: int = 0, leg: str = CALLER, number: str = "13900000001") -> list[ev.Event]:
    return [
        ev.LegAppeared(T + at, leg, f"PJSIP/trunk-{leg[-1]:0>8}", number, HOTLINE, "cc-in", linked=leg),
        ev.LegUp(T + at, leg),
        ev.LegMarked(T + at + 5, leg, leg, HOTLINE),
        ev.FlowBegan(T + at + 10, leg),
        ev.StepEntered(T + at + 10, leg, "orders", "v1", "menu", "menu"),
    ]


def presses(at: int, key: str = "1", leg: str = CALLER, step: str = "menu") -> list[ev.Event]:
    return [ev.KeyPressed(T + at, leg, key), ev.StepLeft(T + at, leg, step, key)]


def queues(at: int, leg: str = CALLER, queue: str = "orders") -> list[ev.Event]:
    return [ev.StepEntered(T + at, leg, "orders", "v1", "people", "queue"), ev.QueueJoined(T + at, leg, queue, 1)]


def rings(at: int, to: str = AGENT, seat: str = "1001", leg: str = CALLER, queue: str = "orders") -> list[ev.Event]:
    return [
        ev.LegAppeared(T + at, to, f"PJSIP/{seat}-{to[-1]:0>8}", seat, "s", "cc-seat", linked=leg),
        ev.LegMarked(T + at, to, leg, HOTLINE),
        ev.OfferBegan(T + at, leg, queue, seat, to),
        ev.DialBegan(T + at, leg, to, f"PJSIP/{seat}"),
    ]


def answers(at: int, to: str = AGENT, seat: str = "1001", leg: str = CALLER, queue: str = "orders", bridge: str = "b1") -> list[ev.Event]:
    return [
        ev.LegUp(T + at, to),
        ev.DialEnded(T + at, leg, to, "ANSWER"),
        ev.QueueLeft(T + at, leg, queue),
        ev.BridgeEntered(T + at + 1, to, bridge),
        ev.BridgeEntered(T + at + 2, leg, bridge),
    ]


def rings_out(at: int, to: str = AGENT, seat: str = "1001", leg: str = CALLER, status: str = "NOANSWER", cause: int = 0) -> list[ev.Event]:
    return [
        ev.DialEnded(T + at, leg, to, status),
        ev.OfferFailed(T + at, leg, "orders", seat, to),
        ev.LegGone(T + at, to, cause),
    ]


def caller_hangs_up(at: int, to: str = AGENT, leg: str = CALLER, bridge: str = "b1") -> list[ev.Event]:
    return [
        ev.LegHangingUp(T + at, leg),
        ev.BridgeLeft(T + at, leg, bridge),
        ev.BridgeLeft(T + at + 1, to, bridge),
        ev.LegGone(T + at + 2, to, 16),
        ev.FlowEnded(T + at + 3, leg),
        ev.LegGone(T + at + 3, leg, 16),
    ]


def agent_hangs_up(at: int, to: str = AGENT, leg: str = CALLER, bridge: str = "b1") -> list[ev.Event]:
    return [
        ev.LegHangingUp(T + at, to),
        ev.BridgeLeft(T + at + 1, to, bridge),
        ev.BridgeLeft(T + at + 2, leg, bridge),
        ev.LegGone(T + at + 2, to, 16),
    ]


def goes(at: int, leg: str = CALLER, *, hangs_up: bool = True) -> list[ev.Event]:
    """The caller's leg ends outside of a talk."""
    told: list[ev.Event] = [ev.LegHangingUp(T + at, leg)] if hangs_up else []
    return [*told, ev.FlowEnded(T + at, leg), ev.LegGone(T + at + 1, leg, 16)]


PLAIN = [*sits(), *arrives(), *presses(2000), *queues(2500), *rings(2600), *answers(4000), *caller_hangs_up(9000)]
"""Key 1, queue, ring, talk, the caller hangs up."""

SURVEYED = [
    *PLAIN[:-6],
    *agent_hangs_up(9000),
    ev.StepLeft(T + 9010, CALLER, "people", "done"),
    ev.StepEntered(T + 9020, CALLER, "orders", "v1", "survey", "survey"),
    *presses(11000, "5", step="survey"),
    ev.FlowDone(T + 11500, CALLER, ""),
    *goes(12000, hangs_up=False),
]
"""The agent hangs up, the caller answers the survey."""

FUMBLED = [
    *arrives(),
    ev.StepTried(T + 1000, CALLER, "menu", "7"),
    ev.StepTried(T + 6000, CALLER, "menu", ""),
    *presses(8000),
    *queues(8500),
    *goes(9000),
]
"""A wrong key, none in time, then the right one."""

TWO_OFFERS = [
    *sits(),
    *sits("2002", "1002"),
    *arrives(),
    *queues(500),
    *rings(600),
    *rings_out(6600),
    *rings(7000, SECOND, "1002"),
    *answers(8000, SECOND, "1002"),
    *caller_hangs_up(12000, SECOND),
]

GAVE_UP = [
    *sits(),
    *arrives(),
    *queues(500),
    *rings(600),
    ev.LegHangingUp(T + 4000, CALLER),
    ev.DialEnded(T + 4001, CALLER, AGENT, "CANCEL"),
    ev.LegGone(T + 4001, AGENT, 0),
    ev.QueueAbandoned(T + 4002, CALLER, "orders"),
    ev.QueueLeft(T + 4002, CALLER, "orders"),
    *goes(4003),
]

TIMED_OUT = [
    *arrives(),
    *queues(500),
    ev.QueueAbandoned(T + 60_500, CALLER, "orders"),
    ev.QueueLeft(T + 60_501, CALLER, "orders"),
    ev.QueueOutcome(T + 60_510, CALLER, "orders", "TIMEOUT"),
    ev.StepLeft(T + 60_510, CALLER, "people", "timeout"),
    ev.StepEntered(T + 60_511, CALLER, "orders", "v1", "sorry", "say"),
    ev.FlowDone(T + 63_000, CALLER, ""),
    *goes(63_001, hangs_up=False),
]
"""Asterisk tells an abandon for a timeout too."""

HELD = [
    *PLAIN[:-6],
    ev.HoldBegan(T + 5000, AGENT),
    ev.HoldEnded(T + 7000, AGENT),
    *caller_hangs_up(9000),
]

OUT = "out-1"

PLACED = [
    *sits(ready=False),
    ev.CallPlaced(T + 100, OUT, "leg-1", "2001", "1001", "13900000002", callback=7),
    ev.LegAppeared(T + 150, "leg-1", "PJSIP/1001-00000001", "1001", "s", "cc-seat", linked="leg-1"),
    ev.DialBegan(T + 151, None, "leg-1"),
    ev.LegUp(T + 2000, "leg-1"),
    ev.DialEnded(T + 2000, None, "leg-1", "ANSWER"),
    ev.LegAppeared(T + 2010, "a1-9.2", "PJSIP/trunk-00000002", "13900000002", "s", "cc-in", linked="leg-1"),
    ev.LegMarked(T + 2011, "a1-9.2", OUT),
    ev.DialBegan(T + 2012, "leg-1", "a1-9.2", "13900000002@trunk"),
]
REACHED = [
    *PLACED,
    ev.LegUp(T + 6000, "a1-9.2"),
    ev.DialEnded(T + 6000, "leg-1", "a1-9.2", "ANSWER"),
    ev.BridgeEntered(T + 6001, "a1-9.2", "b2"),
    ev.BridgeEntered(T + 6002, "leg-1", "b2"),
    ev.LegHangingUp(T + 9000, "a1-9.2"),
    ev.BridgeLeft(T + 9001, "a1-9.2", "b2"),
    ev.BridgeLeft(T + 9001, "leg-1", "b2"),
    ev.LegGone(T + 9002, "a1-9.2", 16),
    ev.LegGone(T + 9003, "leg-1", 16),
]

ASKING = "a1-1.4"

ASKED = [
    *sits(),
    *sits("2002", "1002"),
    *PLAIN[3:-6],
    ev.HoldBegan(T + 5000, AGENT),
    ev.LegAppeared(T + 5200, ASKING, "PJSIP/1001-00000004", "1001", "1002", "cc-seat", linked=ASKING),
    ev.LegMarked(T + 5201, ASKING, ASKING),
    ev.LegAppeared(T + 5300, SECOND, "PJSIP/1002-00000003", "1002", "s", "cc-seat", call=ASKING, linked=ASKING),
    ev.DialBegan(T + 5300, ASKING, SECOND, "1002"),
    ev.LegUp(T + 6000, SECOND),
    ev.DialEnded(T + 6000, ASKING, SECOND, "ANSWER"),
    ev.LegUp(T + 6000, ASKING),
    ev.BridgeEntered(T + 6001, SECOND, "b2"),
    ev.BridgeEntered(T + 6002, ASKING, "b2"),
]
"""2001 has the caller on hold and asks 2002, on a second leg of his telephone."""

ATTENDED = [
    *ASKED,
    ev.HoldEnded(T + 8000, AGENT),
    ev.HoldEnded(T + 8000, ASKING),
    ev.BridgeLeft(T + 8000, SECOND, "b2"),
    ev.BridgeLeft(T + 8000, AGENT, "b1"),
    ev.BridgeEntered(T + 8000, SECOND, "b1", instead=AGENT),
    ev.LegHangingUp(T + 8000, ASKING, by_us=True),
    ev.HandedOver(T + 8001, (AGENT, ASKING), CALLER, SECOND),
    ev.BridgeLeft(T + 8001, ASKING, "b2"),
    ev.LegGone(T + 8002, ASKING, 16),
    ev.LegGone(T + 8003, AGENT, 16),
    *caller_hangs_up(12_000, SECOND),
]
"""Asterisk ends the hold in the very moment in which the caller is handed over."""

TAKEN_BACK = [
    *ASKED,
    ev.LegHangingUp(T + 8000, ASKING),
    ev.BridgeLeft(T + 8001, ASKING, "b2"),
    ev.BridgeLeft(T + 8001, SECOND, "b2"),
    ev.LegGone(T + 8002, ASKING, 16),
    ev.LegGone(T + 8002, SECOND, 16),
    ev.HoldEnded(T + 8500, AGENT),
    *caller_hangs_up(12_000),
]

CALLER_LEAVES_THE_ASKING = [
    *ASKED,
    *caller_hangs_up(8000),
    ev.LegHangingUp(T + 9000, SECOND),
    ev.BridgeLeft(T + 9001, SECOND, "b2"),
    ev.BridgeLeft(T + 9001, ASKING, "b2"),
    ev.LegGone(T + 9002, SECOND, 16),
    ev.LegGone(T + 9002, ASKING, 16),
]

THREE = [
    *ASKED,
    ev.HoldEnded(T + 7999, AGENT),
    ev.BridgeLeft(T + 8000, SECOND, "b2"),
    ev.BridgeEntered(T + 8001, SECOND, "b1"),
    ev.BridgeLeft(T + 8002, ASKING, "b2"),
    ev.LegGone(T + 8003, ASKING, 16),
    ev.LegHangingUp(T + 9500, AGENT),
    ev.BridgeLeft(T + 9501, AGENT, "b1"),
    ev.LegGone(T + 9502, AGENT, 16),
    *caller_hangs_up(12_000, SECOND),
]
"""The colleague comes into the talk; whose call it was leaves the two alone."""

BLIND = [
    *sits(),
    *sits("2002", "1002"),
    *PLAIN[3:-6],
    ev.HandedOver(T + 6000, (AGENT,), CALLER),
    ev.BridgeLeft(T + 6000, CALLER, "b1"),
    ev.BridgeLeft(T + 6000, AGENT, "b1"),
    ev.LegGone(T + 6001, AGENT, 16),
    ev.LegAppeared(T + 6010, SECOND, "PJSIP/1002-00000003", "1002", "s", "cc-seat", linked=CALLER),
    ev.DialBegan(T + 6010, CALLER, SECOND, "1002"),
    ev.DialEnded(T + 7000, CALLER, SECOND, "ANSWER"),
    ev.BridgeEntered(T + 7001, SECOND, "b3"),
    ev.BridgeEntered(T + 7002, CALLER, "b3"),
    *agent_hangs_up(9000, SECOND, bridge="b3"),
    *goes(9100),
]

PARKED = [
    *sits(),
    *sits("2002", "1002"),
    *PLAIN[3:-6],
    ev.HandedOver(T + 6000, (AGENT,), CALLER),
    ev.BridgeLeft(T + 6000, CALLER, "b1"),
    ev.Parked(T + 6001, CALLER),
    ev.BridgeEntered(T + 6001, CALLER, "park"),
    ev.LegHangingUp(T + 6500, AGENT),
    ev.BridgeLeft(T + 6501, AGENT, "b1"),
    ev.LegGone(T + 6502, AGENT, 16),
    ev.LegAppeared(T + 8000, SECOND, "PJSIP/1002-00000003", "1002", "701", "cc-seat", linked=SECOND),
    ev.BridgeLeft(T + 8010, CALLER, "park"),
    ev.BridgeEntered(T + 8010, CALLER, "b3"),
    ev.BridgeEntered(T + 8011, SECOND, "b3"),
    ev.Unparked(T + 8011, CALLER, SECOND),
    *caller_hangs_up(12_000, SECOND, bridge="b3"),
]

STORIES = {
    "fumbled": FUMBLED,
    "plain": PLAIN,
    "surveyed": SURVEYED,
    "two_offers": TWO_OFFERS,
    "gave_up": GAVE_UP,
    "timed_out": TIMED_OUT,
    "held": HELD,
    "reached": REACHED,
    "attended": ATTENDED,
    "taken_back": TAKEN_BACK,
    "caller_leaves_the_asking": CALLER_LEAVES_THE_ASKING,
    "three": THREE,
    "blind": BLIND,
    "parked": PARKED,
}
