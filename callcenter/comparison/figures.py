"""Which figures the running centre tells whoever watches it. No personal data."""

from __future__ import annotations

from collections.abc import Mapping

from callcenter.calls.ledger import Ledger
from callcenter.comparison.metrics import Figure, counter, gauge
from callcenter.comparison.nightly import Nightly
from callcenter.comparison.watch import Watch
from callcenter.floor.floor import Floor
from callcenter.ivr.actions.running import Actions
from callcenter.live.keeper import Keeper
from callcenter.telephony.ami import Link
from callcenter.telephony.tape import Tape

STATES = ("connecting", "logging_in", "booting", "snapshot", "live", "lost")
FATES = ("answered", "refused", "unanswered", "cut_off", "given_up")
UNUSABLE = ("garbled", "forged", "overrun")
AGENTS = ("ready", "paused", "ringing", "talking", "wrapup")


def link_counts(link: Link) -> dict[str, int]:
    """What /healthz tells of the link, since the server was started."""
    names = ("logins", "losses", "messages", *UNUSABLE, "refused", "unanswered", "cut_off")
    return {f"link_{name}": link.counts[name] for name in names}


def figures(keeper: Keeper, link: Link, ledger: Ledger, tape: Tape, watch: Watch, nightly: Nightly, actions: Actions) -> list[Figure]:
    """Everything, as it is now."""
    of_work = _of_work(keeper, ledger, tape)
    return [*_of_link(link), *_of_floor(keeper.floor), *of_work, *_of_comparison(watch, nightly), _of_actions(actions)]


def _of_link(link: Link) -> list[Figure]:
    return [
        Figure("link_state", "1 for the state that the link to Asterisk is in", {one: one == link.state for one in STATES}, "state"),
        counter("link_logins", "logins to Asterisk that brought its picture", link.counts["logins"]),
        counter("link_losses", "times that a living link was lost", link.counts["losses"]),
        counter("link_messages", "messages from Asterisk", link.counts["messages"]),
        Figure("link_unusable", "messages that were not folded, by why", _named(link.counts, UNUSABLE), "why", grows=True),
        Figure("link_actions", "actions sent to Asterisk, by what became of them", _named(link.counts, FATES), "fate", grows=True),
    ]


def _of_floor(floor: Floor) -> list[Figure]:
    states = [agent.state for agent in floor.agents.values()]
    waiting = {queue.name: len(queue.waiting) for queue in floor.queues.values()}
    return [
        gauge("calls", "calls that go on", sum(call.ended is None for call in floor.calls.values())),
        Figure("agents", "signed-in agents, by state", {one: states.count(one) for one in AGENTS}, "state"),
        Figure("waiting", "callers who wait, by queue", waiting, "queue"),
    ]


def _of_work(keeper: Keeper, ledger: Ledger, tape: Tape) -> list[Figure]:
    return [
        counter("events", "events folded", keeper.counts["events"]),
        counter("misfits", "events that contradicted the floor and changed nothing", keeper.counts["misfits"]),
        counter("inbox_overflows", "events turned away by a full inbox", keeper.counts["overflow"]),
        counter("calls_written", "calls written to the record, each as often as it was", ledger.counts["calls"]),
        counter("rows_refused", "rows that the store refused", ledger.counts["refused"]),
        gauge("unwritten", "changes that wait to be written", ledger.waiting),
        counter("tape_lost", "messages that the tape could not take", tape.lost),
    ]


def _of_comparison(watch: Watch, nightly: Nightly) -> list[Figure]:
    return [
        counter("looks", "looks at Asterisk's picture", watch.counts["looks"]),
        counter("failed_looks", "looks that Asterisk did not answer", watch.counts["failed_looks"]),
        counter("differences_found", "differences between floor and Asterisk that stood in two looks", watch.counts["differences"]),
        counter("differences_healed", "of these, those that a later look found gone", watch.counts["healed"]),
        gauge("differences", "differences between floor and Asterisk that stand now", len(watch.last.standing)),
        gauge("record_differences", "what the last comparison of record and recordings with Asterisk's own found", nightly.differences),
    ]


def _of_actions(actions: Actions) -> Figure:
    never = {f"{name}/failed": 0 for name in actions.by_name}
    return Figure("actions", "what flows had done, by action and its result", never | dict(actions.counts), "done", grows=True)


def _named(counts: Mapping[str, int], names: tuple[str, ...]) -> dict[str, float]:
    return {name: counts.get(name, 0) for name in names}
