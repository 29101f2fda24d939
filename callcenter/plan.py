"""Asterisk's files as the rows and the settings want them."""

from __future__ import annotations

from callcenter.rooms import Rooms
from callcenter.settings import Settings
from callcenter.telephony.embedded import Installation
from callcenter.telephony.planned import plan_pbx
from callcenter.telephony.render import HotlinePlan, PbxPlan, QueuePlan
from callcenter.telephony.secrets import Secrets


async def plan(settings: Settings, installation: Installation, secret: Secrets, house: Rooms) -> PbxPlan:
    """What `telephony.render` makes files of."""
    queues = [QueuePlan(queue.name, queue.strategy, settings.ring_timeout_s) for queue in await house.hotlines.queues()]
    hotlines = [HotlinePlan(one.number, one.queue, one.language) for one in await house.hotlines.all()]
    return plan_pbx(settings, installation, secret, queues=queues, hotlines=hotlines, desks=await _desks(settings, house))


async def _desks(settings: Settings, house: Rooms) -> set[str]:
    """The seats that are offered what any telephone takes: all but those where somebody has the browser now.

    An Asterisk that somebody else runs is told once: there it is as the seats are set up.
    """
    kinds = await house.people.seats()
    if settings.asterisk == "external":
        return {seat for seat, kind in kinds.items() if kind == "desk"}
    return kinds.keys() - {one.seat for one in await house.people.seated() if one.phone == "browser"}
