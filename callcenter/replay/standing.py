"""Legs that were there before a stream began: each is told as it shows itself first. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from callcenter.replay.cast import Cast
from callcenter.telephony.translate import UP
from callcenter.telephony.wire import Message

DIALPLAN = frozenset({"Newexten", "VarSet"})
LAST_WORDS = frozenset({"Hangup", "HangupRequest", "SoftHangupRequest"})


class Standing:
    """Knows which legs were told of."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._known: set[str] = set()

    def met(self, m: Message, at: int) -> Iterator[Message]:
        """A Newchannel, and for a leg that was answered a Newstate, for each leg of the message that was never told of.

        The Uniqueid says in which second it began. Of a leg that only ends nothing is told: what it was cannot be known.
        """
        for of in ("", "dest"):
            leg = m.get(f"{of}uniqueid", "")
            if not leg or leg in self._known or m.get(f"{of}channel", "") == "":
                continue
            born = m["event"] == "Newchannel"
            if m["event"] in LAST_WORDS or not (born or m["event"] in DIALPLAN or self._does_something(leg)):
                continue
            self._known.add(leg)
            if not born and self._cast.is_party(leg):
                yield from self._appeared(m, of, leg, at)

    def told_of(self, leg: str) -> bool:
        return leg in self._known

    def _does_something(self, leg: str) -> bool:
        survey = self._cast.survey
        return not self._cast.arrives(leg) or leg in survey.bridges or leg in survey.queued or bool(survey.dials.get(leg))

    def _appeared(self, m: Message, of: str, leg: str, at: int) -> Iterator[Message]:
        second = leg.rpartition("-")[2].partition(".")[0]
        began = int(second) * 1000 if second.isascii() and second.isdigit() and len(second) == 10 else at
        stamp = f"{min(began, at) // 1000}.{min(began, at) % 1000:03d}" if at else ""
        headers = {name: m.get(f"{of}{name}", "") for name in ("channel", "calleridnum", "context", "exten", "uniqueid", "linkedid")}
        yield Message({"event": "Newchannel", "timestamp": stamp, "channelstate": "0", **headers}, {}, torn=False)
        if m.get(f"{of}channelstate", "") == UP:
            yield Message({"event": "Newstate", "timestamp": stamp, "channelstate": UP, **headers}, {}, torn=False)
