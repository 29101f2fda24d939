"""AMI streams recorded from a real Asterisk, with the calls that they fold to.

`NAME.ami.gz` are the bytes as they were read, cut down to the messages of the calls in question; `NAME.json` says what we knew ourselves
(who sat where, what we placed, what the flow told) and the calls as other programs are told them.
To make a test of a stream: `python -m tests.streams NAME FILE CALL…`, then read the JSON file and put right what is wrong in it.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from callcenter.calls.told import Sound, told
from callcenter.floor import events as ev
from callcenter.floor.call import Call
from callcenter.telephony.translate import Marks, translate
from callcenter.telephony.wire import Splitter, parse

FOLDER = Path(__file__).parent
NAMES = sorted(path.name.removesuffix(".ami.gz") for path in FOLDER.glob("*.ami.gz"))


def raw(name: str) -> bytes:
    return gzip.decompress((FOLDER / f"{name}.ami.gz").read_bytes())


def known(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return found


def messages(stream: bytes) -> Iterator[bytes]:
    yield from Splitter().feed(stream)


def events(stream: bytes, own: list[dict[str, Any]]) -> list[ev.Event]:
    """What Asterisk told, with our own facts put in at their times."""
    marks: Marks = {}
    theirs = [event for message in messages(stream) for event in translate(parse(message), 0, marks)]
    ours = [own_event(fact) for fact in own]
    return [*(e for e in ours if e.at == 0), *sorted([*theirs, *(e for e in ours if e.at)], key=lambda e: e.at)]


def own_event(fact: dict[str, Any]) -> ev.Event:
    """{"event": "AgentSignedIn", "at": 0, …} as the event of that name."""
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in fact.items() if name != "event"}
    made = getattr(ev, fact["event"])(**values)
    assert isinstance(made, ev.Event)
    return made


def as_told(call: Call) -> dict[str, Any]:
    """A call as other programs are told; without flows and steps, no business of Asterisk's stream, and what no stream here has."""
    whole = told(call, (), [Sound(one.id, call.id, one.leg, one.started, None, "running") for one in call.recordings])
    return {key: value for key, value in whole.items() if key not in ("flows", "steps", "joined")}
