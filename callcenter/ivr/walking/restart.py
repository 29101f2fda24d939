"""What becomes of each kind of step when the server restarts in the middle of it: one table, for the walk and for the reference. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from callcenter.ivr.language.steps import (
    Ask,
    Callback,
    Do,
    End,
    GoTo,
    Hours,
    Language,
    Lookup,
    Menu,
    Message,
    Queue,
    Say,
    Step,
    Survey,
    Transfer,
)
from callcenter.ivr.walking.moves.asking import WRONG
from callcenter.ivr.walking.place import Place


@dataclass(frozen=True)
class Restart:
    """`repeated`: the step is taken up where it was and done again; otherwise Asterisk has kept the caller, and the walk continues after.

    `again`: phases that are taken up at another one. `stays`: phases at which the place is kept to the letter, for it is what tells that
    he was sent there already. `what` says it for people.
    """

    what: str
    repeated: bool = True
    again: Mapping[str, str] = field(default_factory=dict)
    stays: tuple[str, ...] = ()


RESTARTS: Mapping[type[Step], Restart] = {
    Say: Restart("he hears it again"),
    Menu: Restart("he is asked again, with the tries used up", again={WRONG: ""}),
    Ask: Restart("he is asked again, with the tries used up", again={WRONG: ""}),
    Language: Restart("set again"),
    Hours: Restart("asked again"),
    Lookup: Restart("asked again"),
    Queue: Restart("he keeps his place in the queue, or talks on; what follows is walked when he is back", repeated=False, stays=("in",)),
    Transfer: Restart("it rings on, or they talk on; what follows is walked when he is back", repeated=False, stays=("in",)),
    Message: Restart("he is asked to speak again; a message that was kept is only thanked for, and owed once", again={"rec": ""}),
    Callback: Restart("he is asked again; what was noted is only confirmed, and owed once"),
    Survey: Restart("he is asked again; an answer that was kept is only thanked for, and counts once"),
    Do: Restart("done again by the same key (call, step, visit): an effect comes about once"),
    GoTo: Restart("he goes there again"),
    End: Restart("he hears it again"),
}


def taken_up(step: Step, place: Place, version: str) -> Place:
    """Where a caller goes on in a step of this version."""
    restart = RESTARTS[type(step)]
    if place.phase in restart.stays:
        return place
    return replace(place, version=version, phase=restart.again.get(place.phase, place.phase))
