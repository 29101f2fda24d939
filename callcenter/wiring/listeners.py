"""Who is told what came of an event."""

from __future__ import annotations

from collections.abc import Sequence

from callcenter.comparison.pages import push
from callcenter.floor.changes import Change, LinkMoved
from callcenter.floor.events import AgentSignedIn, AgentWants, Event
from callcenter.settings import Settings
from callcenter.telephony.facts import written
from callcenter.wiring.onlookers import Onlookers
from callcenter.wiring.parts import Parts


def listen(settings: Settings, parts: Parts, looking: Onlookers) -> None:
    """The ringing screen first, the record last."""

    def tell_link(changes: Sequence[Change]) -> None:
        for change in changes:
            if isinstance(change, LinkMoved):
                parts.hub.link = change.after

    for listener in (
        parts.desk.listen,
        parts.moves.listen,
        looking.bars.listen,
        looking.screens.listen,
        looking.members.listen,
        looking.seat_phones.listen,
        looking.unanswered.listen,
        parts.recogniser.listen,
        tell_link,
        parts.ledger.take,
        looking.flows_now.listen,
    ):
        parts.keeper.listen(listener)
    tape_facts(parts)
    looking.watch.listen(push(parts.hub, settings, looking.watch, looking.nightly))
    parts.ledger.listen(looking.callbacks.listen)


def tape_facts(parts: Parts) -> None:
    """Our own facts go on the tape from now on; first of all who sat where when we started."""

    def note(fact: Event) -> None:
        parts.tape.note(fact.at, written(fact))

    now = parts.floor().now
    for agent in parts.floor().agents.values():
        note(AgentSignedIn(now, agent.number, agent.name, agent.seat, agent.queues, agent.user, agent.phone))
        note(AgentWants(now, agent=agent.number, ready=agent.wants_ready, reason=agent.reason))
    parts.keeper.noted_by(note)
