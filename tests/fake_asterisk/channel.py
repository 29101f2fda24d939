"""A channel as Asterisk knows it, and how it is written into events and into CEL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

MARKS = ("CC_CALL", "CC_AT", "CC_HOTLINE")
"""channelvars of manager.conf."""

STATES = {0: "Down", 4: "Ring", 5: "Ringing", 6: "Up"}
UNKNOWN = "<unknown>"

Pairs = Iterator[tuple[str, str]]


@dataclass(eq=False)
class Channel:
    """`display` and `number` are the caller's name and number, `peer` and `peer_display` those of the other side."""

    id: str
    name: str
    number: str
    began: float
    context: str
    exten: str
    priority: int = 1
    state: int = 0
    display: str = UNKNOWN
    peer: str = UNKNOWN
    peer_display: str = UNKNOWN
    account: str = ""
    peer_account: str = ""
    language: str = "en"
    linked: str = ""
    dialled: str = ""
    app: str = ""
    data: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    bridge: str = ""
    hung_up_by: str = ""
    dial_status: str = ""
    gone: bool = False

    @property
    def device(self) -> str:
        """PJSIP/1001 of PJSIP/1001-0000002a."""
        return self.name.rpartition("-")[0]

    @property
    def up(self) -> bool:
        return self.state == 6

    def headers(self, of: str = "") -> Pairs:
        """The channel in an event; of the other channel of the event with `of="Dest"`."""
        yield f"{of}Channel", self.name
        yield f"{of}ChannelState", str(self.state)
        yield f"{of}ChannelStateDesc", STATES[self.state]
        yield f"{of}CallerIDNum", self.number
        yield f"{of}CallerIDName", self.display
        yield f"{of}ConnectedLineNum", self.peer
        yield f"{of}ConnectedLineName", self.peer_display
        yield f"{of}Language", self.language
        yield f"{of}AccountCode", self.account
        yield f"{of}Context", self.context
        yield f"{of}Exten", self.exten
        yield f"{of}Priority", str(self.priority)
        yield f"{of}Uniqueid", self.id
        yield f"{of}Linkedid", self.linked or self.id
        for mark in MARKS:
            yield f"{of}ChanVariable", f"{mark}={self.variables.get(mark, '')}"

    def cel(self, peer: str = "") -> list[str]:
        """What CEL says of it between the time and the event's own part; `peer`: who is with it in the bridge."""
        known = "" if self.display == UNKNOWN else self.display
        number = "" if self.number == UNKNOWN else self.number
        where = [self.exten, self.context, self.name, self.app, self.data]
        return [known, number, self.dialled, *where, self.account, self.id, self.linked or self.id, self.peer_account, peer]
