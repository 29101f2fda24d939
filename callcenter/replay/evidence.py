"""What a foreign dialplan tells beside its calls, and what must be told in the place of events that a stream does not hold. Pure.

A manager user without the class `call` hears no hang-up requests, one without `agent` no queues: each is told by what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterator

from callcenter.floor import events as ev
from callcenter.replay.cast import Cast
from callcenter.telephony.translate import stamped
from callcenter.telephony.wire import Message

MENUS = frozenset({"background", "waitexten", "read", "readexten"})
"""Applications that wait for keys: the caller is in a menu."""


class Evidence:
    """Asked of each message before and after what it means by itself."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._queue: dict[str, str] = {}
        self._lacks_requests = b"HangupRequest" not in cast.survey.seen
        self._lacks_bridges = b"BridgeEnter" not in cast.survey.seen

    def before(self, m: Message, at: int) -> Iterator[ev.Event]:
        if self._lacks_bridges and m["event"] == "AgentComplete":
            yield from self._apart(m, stamped(m, at))
        if self._lacks_requests:
            yield from self._requests(m, stamped(m, at))

    def after(self, m: Message, at: int) -> Iterator[ev.Event]:
        event, leg = m["event"], self._cast.party(m.get("uniqueid", ""))
        if event == "Newexten":
            yield from self._application(m, leg, stamped(m, at))
        elif event == "VarSet" and leg in self._queue and m.get("variable") == "QUEUESTATUS" and m.get("value"):
            yield ev.QueueOutcome(stamped(m, at), leg, self._queue[leg], m["value"])
        elif self._lacks_bridges and (event == "AgentConnect" or (event == "DialEnd" and m.get("dialstatus") == "ANSWER")):
            for one in (leg, self._cast.party(m.get("destuniqueid", ""))):
                if one and self._cast.is_party(one):
                    yield ev.BridgeEntered(stamped(m, at), one, f"with-{leg}")

    def _application(self, m: Message, leg: str, at: int) -> Iterator[ev.Event]:
        application = m.get("application", "").lower()
        if application == "queue":
            self._queue[leg] = m.get("appdata", "").partition(",")[0]
        elif application in MENUS and self._cast.arrives(leg):
            yield ev.FlowBegan(at, leg)

    def _apart(self, m: Message, at: int) -> Iterator[ev.Event]:
        caller, agent = (self._cast.party(m.get(name, "")) for name in ("uniqueid", "destuniqueid"))
        asked = {"caller": caller, "agent": agent}.get(m.get("reason", "").lower())
        if asked and self._cast.is_party(asked):
            yield ev.LegHangingUp(at, asked)
        for one in filter(self._cast.is_party, filter(None, (agent, caller))):
            yield ev.BridgeLeft(at, one, f"with-{caller}")

    def _requests(self, m: Message, at: int) -> Iterator[ev.Event]:
        """Who hung up where no request was heard: who left the talk first and was gone; who was dialling or waiting, and no longer is."""
        survey, event, leg = self._cast.survey, m["event"], self._cast.party(m.get("uniqueid", ""))
        by_itself = self._cast.by_itself(leg)
        asked = {
            "BridgeLeave": leg in survey.first_left and leg not in survey.transferers,
            "QueueCallerAbandon": leg not in survey.timed_out,
            "DialEnd": m.get("dialstatus") == "CANCEL" and by_itself and leg not in survey.queued,
            "Hangup": by_itself and leg not in survey.queued and leg not in survey.bridges,
        }
        if asked.get(event) and self._cast.is_party(leg):
            yield ev.LegHangingUp(at, leg)
