"""Make a recorded stream a fixture: cut it down to some calls and write what they fold to now."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

from callcenter.floor.floor import Floor, advance
from callcenter.telephony.wire import Message, parse
from tests.streams import FOLDER, as_told, events, messages

SEATS = {"1001": "2001", "1002": "2002", "1003": "2003"}


def belongs(message: Message, calls: set[str], strangers: set[str]) -> bool:
    """Whether a message is of one of the calls, or of none (a device, a member)."""
    legs = {message[name] for name in ("uniqueid", "destuniqueid", "linkedid") if message.get(name)}
    return not legs or (bool(legs & calls) and not legs & strangers)


def cut(stream: bytes, calls: set[str]) -> bytes:
    told = [(one, parse(one)) for one in messages(stream)]
    strangers = {m["linkedid"] for _, m in told if m.get("linkedid") and m["linkedid"] not in calls}
    return b"".join(one + b"\n\n" for one, m in told if "event" in m and belongs(m, calls, strangers))


def sits(seat: str, agent: str) -> list[dict[str, Any]]:
    return [
        {"event": "AgentSignedIn", "at": 0, "agent": agent, "name": agent, "seat": seat, "queues": [], "user": 1},
        {"event": "AgentWants", "at": 0, "agent": agent, "ready": True},
    ]


def main(name: str, file: str, *calls: str) -> None:
    stream = cut(Path(file).read_bytes(), set(calls))
    path = FOLDER / f"{name}.json"
    own = json.loads(path.read_text())["own"] if path.exists() else [fact for seat, agent in SEATS.items() for fact in sits(seat, agent)]
    floor = Floor()
    for event in events(stream, own):
        floor, _ = advance(floor, event)
    content = {"own": own, "told": [as_told(floor.calls[call]) for call in calls]}
    (FOLDER / f"{name}.ami.gz").write_bytes(gzip.compress(stream, mtime=0))
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
