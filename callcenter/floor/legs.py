"""What happens to one leg: it appears, is marked as a call's, is answered, is hung up, is gone."""

from __future__ import annotations

from callcenter.floor import events as ev
from callcenter.floor.call import ANONYMOUS, Call, Leg
from callcenter.floor.ending import end_leg
from callcenter.floor.offers import end_ring
from callcenter.floor.picture import (
    DoesNotFit,
    Draft,
    Floor,
    call_of,
    is_seat,
    live_leg,
    marked_call,
    own_leg,
    owned,
    seat_of,
    talked_on_at,
    who_at,
    with_call,
    with_leg,
    with_loose,
    without_loose,
)
from callcenter.floor.replacing import replace
from callcenter.floor.segments import begin, last_of, open_one
from callcenter.floor.talks import follow
from callcenter.floor.together import customer_of

NOT_DIALLED = frozenset({"", "s"})
"""The extension of a channel that we dial: it has dialled nothing itself."""

IGNORED = "ignored"
RUNG = "rung"
"""Of a leg that belongs to no call yet: we ring somebody on it, for whom its mark will tell."""
MARKED_MS = 200
"""A leg that we ring bears its mark within this time; the ringing is told right after. Later, a gap was between."""


def appeared(floor: Draft, event: ev.LegAppeared) -> Draft:
    if event.leg in floor.loose:
        return floor
    if event.leg in floor.legs:
        return _promised(floor, event)
    leg = Leg(event.leg, event.name, event.number, event.at, dialled=event.dialled)
    if event.context in floor.rules.ignored_contexts:
        return with_loose(floor, replace(leg, role=IGNORED))
    call = marked_call(floor, event.call) or _asked_in(floor, event, leg)
    if call is not None:
        return attach(floor, call, leg)
    if _arrives(floor, event):
        return _arrived(floor, event, replace(leg, role="caller"))
    return with_loose(floor, replace(leg, role=RUNG) if _rung(event, leg) else leg)


def _rung(event: ev.LegAppeared, leg: Leg) -> bool:
    """Whom a leg dials, or a queue calls, is linked to that leg."""
    return event.linked == event.leg and event.dialled in NOT_DIALLED and not leg.is_local


def _arrives(floor: Floor, event: ev.LegAppeared) -> bool:
    # A leg that we dial over the same trunk appears in the same context; it is told by its linked leg and by dialling nothing.
    linked = event.linked is None or event.linked == event.leg
    return event.context in floor.rules.entry_contexts and linked and event.dialled not in NOT_DIALLED


def _arrived(floor: Draft, event: ev.LegAppeared, leg: Leg) -> Draft:
    call = Call(
        id=event.call or event.leg,
        direction="inbound",
        number=event.number or ANONYMOUS,
        to=event.dialled,
        began=event.at,
        hotline=event.dialled,
        legs={leg.id: leg},
    )
    return owned(with_call(floor, call), leg.id, call.id)


def _promised(floor: Draft, event: ev.LegAppeared) -> Draft:
    """The leg of a placed call, or one that was heard of before it appeared."""
    call = floor.calls[floor.legs[event.leg]]
    known = call.legs.get(event.leg)
    if known is not None:
        return floor if known.name else with_call(floor, with_leg(call, replace(known, name=event.name, number=event.number)))
    if call.ended is not None:
        raise DoesNotFit(f"call {call.id} is over")
    seat = seat_of(event.name)
    leg = Leg(event.leg, event.name, event.number, event.at, role="agent", seat=seat)
    call = begin(with_leg(call, leg), "ring", leg.id, event.at, who=who_at(floor, seat))
    return with_call(floor, call)


def _asked_in(floor: Floor, event: ev.LegAppeared, leg: Leg) -> Call | None:
    """The call in which this leg is a consultation: its telephone dials while its agent has a customer, or it is a pair within Asterisk."""
    if leg.is_local:
        return marked_call(floor, event.linked)
    if event.dialled in NOT_DIALLED or event.linked not in (None, event.leg):
        return None
    return talked_on_at(floor, seat_of(leg.name))


def attach(floor: Draft, call: Call, leg: Leg) -> Draft:
    """The leg joins the call: a seat's as its agent's, any other as yet unclear."""
    seat = seat_of(leg.name)
    leg = replace(leg, role="agent", seat=seat) if is_seat(floor, seat) else replace(leg, role="other") if leg.role == RUNG else leg
    return owned(with_call(floor, with_leg(call, leg)), leg.id, call.id)


def marked(floor: Draft, event: ev.LegMarked) -> Draft:
    loose = floor.loose.get(event.leg)
    if loose is None:
        return _with_hotline(floor, event) if event.leg in floor.legs else floor
    call = marked_call(floor, event.call)
    if call is None or loose.role == IGNORED:
        return floor
    floor = _with_hotline(attach(floor, call, loose), event)
    unheard = loose.role == RUNG and event.at - loose.began > MARKED_MS
    return rung_since(floor, loose.id) if unheard else floor


def rung_since(floor: Draft, leg: str) -> Draft:
    """A seat has been rung for the call since its leg appeared; nobody told of it then."""
    call = floor.calls[floor.legs[leg]]
    rung = call.legs[leg]
    if rung.seat is None or call.ended is not None:
        return floor
    return with_call(floor, begin(call, "ring", leg, rung.began, who=who_at(floor, rung.seat)))


def _with_hotline(floor: Draft, event: ev.LegMarked) -> Draft:
    call = floor.calls.get(event.call)
    if call is None or call.hotline is not None or event.hotline is None or call.direction != "inbound":
        return floor
    return with_call(floor, replace(call, hotline=event.hotline))


def up(floor: Draft, event: ev.LegUp) -> Draft:
    call = call_of(floor, event.leg)
    if call is None:
        loose = floor.loose[event.leg]
        return floor if loose.answered is not None else with_loose(floor, replace(loose, answered=event.at))
    leg = live_leg(call, event.leg)
    if leg.answered is not None:
        return floor
    call = with_leg(call, replace(leg, answered=event.at))
    if event.withheld and leg.role == "caller" and call.number != ANONYMOUS:
        call = _withheld(call, call.legs[leg.id])
    if call.direction != "inbound" and leg.role == "agent":
        call = end_ring(call, leg.id, event.at, "answered")
    return with_call(floor, call)


def _withheld(call: Call, leg: Leg) -> Call:
    # A carrier we trust tells the number together with the wish not to show it; the first message has no room for the wish.
    call = with_leg(call, replace(leg, number=ANONYMOUS))
    return replace(call, number=ANONYMOUS, customer=None, customer_name="", tier="")


def hanging_up(floor: Draft, event: ev.LegHangingUp) -> Draft:
    call = call_of(floor, event.leg)
    if call is None:
        return floor
    leg = own_leg(call, event.leg)
    if leg.hung_up is not None or leg.ended is not None or (event.by_us and not _is_torn_out(call, leg)):
        return floor
    return follow(floor, with_leg(call, replace(leg, hung_up=event.at)), event.at)


def _is_torn_out(call: Call, leg: Leg) -> bool:
    """Whether a talk ends with this leg's end. A customer whom Asterisk takes down has come to the end of what he was in."""
    return leg.bridge is not None and leg is not customer_of(call)


def gone(floor: Draft, event: ev.LegGone) -> Draft:
    if floor.link != "live" and event.leg not in floor.legs and event.leg not in floor.loose:
        # The snapshot that is on its way may still show it.
        return with_loose(floor, Leg(event.leg, "", "", event.at, ended=event.at, role=IGNORED))
    call = call_of(floor, event.leg)
    if call is None:
        return _nobody_rung(floor, floor.loose[event.leg], event)
    leg = call.legs.get(event.leg)
    if leg is None:
        raise DoesNotFit(f"leg {event.leg} has not appeared")
    if leg.ended is not None:
        return floor
    return end_leg(floor, call, leg, event.at, event.cause, "lost_sight" if event.lost else None)


def _nobody_rung(floor: Draft, leg: Leg, event: ev.LegGone) -> Draft:
    """A leg of no call is gone. A seat that dialled a telephone that is off rang nobody, and called all the same."""
    if leg.ended is not None:
        return floor
    if leg.role == IGNORED or leg.is_local or not (is_seat(floor, leg.dialled) and is_seat(floor, seat_of(leg.name))):
        return without_loose(floor, leg.id)
    floor = begun_at_seat(floor, leg, leg.dialled)
    call = floor.calls[leg.id]
    return end_leg(floor, call, call.legs[leg.id], event.at, event.cause, "lost_sight" if event.lost else None)


def dial_began(floor: Draft, event: ev.DialBegan) -> Draft:
    """A leg dials another one. In a queue the offer tells the same; whichever comes first begins the ringing."""
    if event.leg is None:
        return _rung_by_us(floor, event)
    call = call_of(floor, event.leg)
    if call is None:
        return _dialled_from_seat(floor, event)
    if own_leg(call, event.leg).ended is not None:
        raise DoesNotFit(f"leg {event.leg} is gone")
    dialled = call.legs.get(event.to) or floor.loose.get(event.to)
    if dialled is None:
        raise DoesNotFit(f"no leg {event.to}")
    if dialled.role == IGNORED or dialled.ended is not None:
        return floor
    floor = owned(floor, dialled.id, call.id)
    dialled = replace(dialled, by=event.leg)
    if dialled.is_local:
        return with_call(floor, with_leg(call, dialled))
    seat = seat_of(dialled.name)
    queueing = open_one(call, "queue", event.leg) is not None
    if queueing or is_seat(floor, seat):
        dialled, who = replace(dialled, role="agent", seat=seat), who_at(floor, seat)
    else:
        dialled, who = replace(dialled, role="far"), _number(event.number) or dialled.number
    call = with_leg(call, dialled)
    if not any(one.kind == "ring" and one.leg == dialled.id for one in call.segments):
        queue = last_of(call, "queue") if queueing else None
        call = begin(call, "ring", dialled.id, event.at, who=who, queue=queue.queue if queue else None)
    return follow(floor, call, event.at)


def _rung_by_us(floor: Draft, event: ev.DialBegan) -> Draft:
    """We ring somebody for a call that goes on."""
    call = call_of(floor, event.to) if event.to in floor.legs else None
    leg = call.legs.get(event.to) if call is not None else None
    if call is None or leg is None or leg.is_local or leg.ended is not None:
        return floor
    if any(one.kind == "ring" and one.leg == leg.id for one in call.segments):
        return floor
    if leg.role == "agent":
        who = who_at(floor, leg.seat or "")
    else:
        call, who = with_leg(call, replace(leg, role="far")), _number(event.number) or leg.number
    return with_call(floor, begin(call, "ring", leg.id, event.at, who=who))


def _number(dialled: str) -> str:
    """`13800000001` of the dial string `PJSIP/13800000001@trunk` or `13800000001@trunk`."""
    return dialled.partition("@")[0].rpartition("/")[2]


def _dialled_from_seat(floor: Draft, event: ev.DialBegan) -> Draft:
    leg = floor.loose[event.leg or ""]
    dialled = floor.loose.get(event.to)
    if leg.role == IGNORED or leg.is_local or dialled is None:
        return floor
    inside = is_seat(floor, seat_of(dialled.name)) or dialled.is_local
    floor = begun_at_seat(floor, leg, _number(event.number), "internal" if inside else "outbound")
    return dial_began(floor, event)


def begun_at_seat(floor: Draft, leg: Leg, to: str, direction: str = "internal") -> Draft:
    """A telephone of ours dialled by itself: a call of its own."""
    seat = seat_of(leg.name)
    call = Call(leg.id, direction, seat, to, leg.began, legs={leg.id: replace(leg, role="agent", seat=seat)})
    return owned(with_call(floor, call), leg.id, call.id)


def dial_ended(floor: Draft, event: ev.DialEnded) -> Draft:
    call_id = floor.legs.get(event.to)
    if call_id is None:
        return floor
    call = floor.calls[call_id]
    leg = call.legs.get(event.to)
    if leg is None or leg.dial_status is not None:
        return floor
    call = with_leg(call, replace(leg, dial_status=event.status))
    if event.status != "ANSWER":
        call = end_ring(call, leg.id, event.at)
    return with_call(floor, call)


def picked_up(floor: Draft, event: ev.PickedUp) -> Draft:
    """Another telephone answers what rang at this one: it takes this one's part in the call."""
    call = call_of(floor, event.leg)
    if call is None:
        return floor
    leg = own_leg(call, event.leg)
    floor = with_call(floor, end_ring(call, leg.id, event.at, "elsewhere"))
    if event.by in floor.loose:
        floor = attach(floor, floor.calls[call.id], replace(floor.loose[event.by], by=leg.by))
    return floor
