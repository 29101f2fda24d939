"""Where Asterisk keeps the caller without us: a queue, or somebody who is rung."""

from __future__ import annotations

import logging

from callcenter.floor.events import QueueOutcome
from callcenter.ivr.running.walker import Walk
from callcenter.ivr.walking.answered import Reached
from callcenter.ivr.walking.commands import EnterQueue, PutThrough
from callcenter.ivr.walking.walk import ANSWERED

log = logging.getLogger(__name__)


async def queue(walk: Walk, command: EnterQueue) -> str:
    """QUEUESTATUS, once he is back."""
    status = await walk.line.queue(command.queue, min(command.timeout_s, walk.services.longest_wait_s))
    if status not in ANSWERED:
        walk.tell(QueueOutcome(walk.now(), walk.line.leg, command.queue, status))
    return status


async def put_through(walk: Walk, command: PutThrough) -> str:
    """answered, no_answer, busy or refused, once he is back."""
    if command.number:
        if not walk.services.may_dial(command.number):
            log.error("Call %s: a transfer to %s is not allowed", walk.line.call, command.number)
            return "refused"
        return await walk.line.put_through(command.number, command.timeout_s, outside=True)
    there = Reached(command.seat) if command.seat else await walk.services.reach(command.agent)
    # He may be busy with this very caller, since before our restart.
    if not there.seat and not await walk.line.sent_before():
        return there.why
    return await walk.line.put_through(there.seat or command.agent, command.timeout_s)
