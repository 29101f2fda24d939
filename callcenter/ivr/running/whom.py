"""A caller whose number several customers have says by a key for whom he calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from callcenter.ivr.running.enquire import got
from callcenter.ivr.running.speak import files, listen
from callcenter.ivr.running.walker import Walk, asked
from callcenter.ivr.walking.answered import Candidate, Looked
from callcenter.ivr.walking.commands import AskWhom, Listen
from callcenter.ivr.walking.place import Place
from callcenter.ivr.walking.whom import MOST, chosen, told

NOBODY: Sequence[Candidate] = ()


async def ask_whom(walk: Walk, place: Place, command: AskWhom) -> tuple[str, Mapping[str, str]]:
    """known, with the slots that this fills; several when there are not two to nine of them; else the key, '' for none in time."""
    candidates = await asked(walk, "whose his number is", partial(walk.services.candidates, walk.line.call), default=NOBODY)
    if not 1 < len(candidates) <= MOST:
        return "several", {}
    words = await files(walk, (*command.words, *told(candidates, place.language, person=command.person)), place)
    key = await listen(walk, Listen((), 1, command.timeout_s, interrupt=command.interrupt), words)
    one = chosen(key, candidates)
    if one is None:
        return key, {}
    found = await asked(walk, "whom he calls for", partial(walk.services.choose, walk.line.call, one.id), default=Looked("unknown"))
    return got(found)
