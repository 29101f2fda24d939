"""The parts that look at the floor and show it, compare it or act on it. No other part needs one of them."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter.calls.disk import GB, Disk
from callcenter.comparison.nightly import Nightly, by_command
from callcenter.comparison.watch import Watch
from callcenter.crm.callbacks.keep import CallbackKeeper
from callcenter.ivr.named.dialplan import DialplanPrompts
from callcenter.ivr.published.alarm import Alarm
from callcenter.ivr.seen.now import FlowsNow
from callcenter.live.absent import Absent
from callcenter.live.bar import Bars
from callcenter.live.dismissed import Dismissed
from callcenter.live.members import Members
from callcenter.live.screens import Screens
from callcenter.live.unanswered import Unanswered
from callcenter.seat_phones import SeatPhones
from callcenter.store.clock import now_ms
from callcenter.wiring.parts import Ground, Parts


@dataclass(frozen=True)
class Onlookers:
    """They live as long as the process, too."""

    screens: Screens
    bars: Bars
    flows_now: FlowsNow
    alarm: Alarm
    members: Members
    seat_phones: SeatPhones
    unanswered: Unanswered
    absent: Absent
    dismissed: Dismissed
    watch: Watch
    nightly: Nightly
    disk: Disk
    spoken: DialplanPrompts
    callbacks: CallbackKeeper


def onlookers(ground: Ground, parts: Parts) -> Onlookers:
    settings, rooms, floor = ground.settings, ground.rooms, parts.floor
    return Onlookers(
        screens=Screens(floor, parts.hub, settings, parts.words),
        bars=Bars(floor, parts.hub, settings, parts.words),
        flows_now=FlowsNow(floor, parts.hub, settings, ground.flows.one),
        alarm=Alarm(ground.flows, parts.hub, settings),
        members=Members(floor, parts.link.act),
        seat_phones=SeatPhones(settings, rooms),
        unanswered=Unanswered(floor, parts.agents.pause, settings.unanswered_offers),
        absent=Absent(floor, parts.hub.connected, parts.agents.send_away, now_ms),
        dismissed=Dismissed(rooms.people, parts.hub, floor, parts.agents.send_away),
        watch=Watch(floor, parts.link.look, parts.keeper.settled, parts.link.correct, now_ms),
        nightly=Nightly(by_command, settings.zone, now_ms),
        disk=Disk(settings.recordings, settings.disk_low_gb * GB, rooms.calls.seconds_since),
        spoken=DialplanPrompts(rooms.prompts, rooms.hotlines, ground.prompts),
        callbacks=CallbackKeeper(rooms.callbacks),
    )
