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
    desks = {seat for seat, kind in (await house.people.seats()).items() if kind == "desk"}
    return plan_pbx(settings, installation, secret, queues=queues, hotlines=hotlines, desks=desks)
