"""Make a recorded stream a fixture: cut it down to some calls and write what they fold to now."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

from callcenter.floor.floor import Floor, advance
from callcenter.telephony.translate import RULES
from callcenter.telephony.wire import Message, parse
from tests.streams import FOLDER, as_told, events, messages

SEATS = {str(seat): str(seat + 1000) for seat in range(1001, 1013)}


def legs_of(message: Message) -> set[str]:
    return {value for name, value in message.items() if name.endswith("uniqueid") and not name.endswith("bridgeuniqueid") and value}


def strangers(told: list[Message], calls: set[str]) -> set[str]:
    """The legs of other callers, and of calls that began before the stream."""
    appeared = {m["uniqueid"] for m in told if m.get("event") == "Newchannel"}
    others = {m["uniqueid"] for m in told if m.get("event") == "Newchannel" and m["context"] == "cc-in" and m["exten"] not in ("", "s")}
    others -= calls
    return others | {leg for m in told for leg in legs_of(m) if leg not in appeared or m.get("linkedid") in others}


def cut(stream: bytes, calls: set[str]) -> bytes:
    """What the floor hears, of these calls and of none (a device, a member)."""
    told = [(one, parse(one)) for one in messages(stream)]
    unknown = strangers([m for _, m in told], calls)
    heard = ((one, m) for one, m in told if m.get("event") in RULES and "actionid" not in m)
    return b"".join(one + b"\n\n" for one, m in heard if not legs_of(m) & unknown and m.get("linkedid") not in unknown)


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
