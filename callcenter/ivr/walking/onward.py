"""What each key of a menu leads to, where that is another question whose sound is there: Asterisk asks it without waiting for us."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from callcenter.ivr.language.steps import Flow, Menu
from callcenter.ivr.walking.commands import Listen, Words
from callcenter.ivr.walking.moves.asking import PERSON
from callcenter.ivr.walking.moves.at import Caller
from callcenter.ivr.walking.place import Place
from callcenter.ivr.walking.walk import Move, advance, flow_at
from callcenter.telephony.ahead import Ahead

Ready = Callable[[Words, str], Path | None]
"""The file of what is said in a language, without extension; None when it has to be made first."""


def onward(flow: Flow, place: Place, caller: Caller, ready: Ready) -> dict[str, Ahead]:
    """By key. Keys that lead to anything but a question are left out, and wait for us."""
    step = (flow_at(flow, place) or flow).steps[place.step]
    if not isinstance(step, Menu):
        return {}
    moves = {key: advance(flow, place, caller, key) for key in {*step.choices, PERSON}}
    return {key: ahead for key, move in moves.items() if (ahead := _asked(move, ready)) is not None}


def _asked(move: Move, ready: Ready) -> Ahead | None:
    asked = move.command
    if not isinstance(asked, Listen) or asked.fresh or not asked.interrupt:
        return None
    files = [ready(words, move.place.language) for words in asked.words]
    there = tuple(str(file) for file in files if file is not None)
    return Ahead(there, asked.most, asked.timeout_s, move.place.encode()) if len(there) == len(files) else None
