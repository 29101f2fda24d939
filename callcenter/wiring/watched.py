"""What the centre says of itself: whether all is well, and its figures."""

from __future__ import annotations

from callcenter.comparison.figures import figures, link_counts
from callcenter.comparison.metrics import exposition
from callcenter.live.health import Health, health
from callcenter.wiring.onlookers import Onlookers
from callcenter.wiring.parts import Ground, Parts


async def health_now(ground: Ground, parts: Parts, looking: Onlookers) -> Health:
    rooms = ground.rooms
    counts = {"misfits": parts.keeper.counts["misfits"], "unwritten": parts.ledger.waiting, "tape_lost": parts.tape.lost}
    counts |= {"differences": len(looking.watch.last.standing), **link_counts(parts.link)}
    return health(
        parts.floor(),
        database=await rooms.store.trouble(),
        ledger=parts.ledger.state,
        missing=parts.link.missing_rights,
        disk=looking.disk.trouble,
        flows=ground.flows.troubles,
        warnings=[rooms.hours.public.ending(rooms.hours.today()), *looking.spoken.warnings],
        counts=counts,
    )


def figures_now(ground: Ground, parts: Parts, looking: Onlookers) -> bytes:
    """As Prometheus reads them."""
    shown = figures(parts.keeper, parts.link, parts.ledger, parts.tape, looking.watch, looking.nightly, ground.rooms.actions)
    return exposition(shown)
