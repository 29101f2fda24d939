"""A call that the server places: Originate rings the seat, then cc-out dials the number."""

from __future__ import annotations

from tests.fake_asterisk.channel import Channel
from tests.fake_asterisk.server import Headers
from tests.fake_asterisk.switch import Switch
from tests.fake_asterisk.truth import Truth


class Placed:
    """Steps of one such call; each does nothing when it came to another end before."""

    def __init__(self, switch: Switch, truth: Truth, asked: Headers) -> None:
        self._switch = switch
        self._truth = truth
        self._asked = asked
        self._number = asked["Exten"]
        self._call = asked.get("Account", "")
        self._seat: Channel | None = None
        self._far: Channel | None = None

    def rings(self) -> str:
        """The seat's phone rings; the leg's id."""
        device = self._asked["Channel"]
        seat = device.partition("/")[2]
        one = self._seat = self._switch.channel(device, seat, "cc-seat", "s", id=self._asked.get("ChannelId", ""))
        one.display = seat
        one.variables = {"CC_CALL": self._call}
        one.account, one.linked = self._call, one.id
        one.number = one.peer = self._number
        one.app, one.data = "AppDial2", "(Outgoing Line)"
        self._truth.call(self._call, "outbound", seat, self._number)
        self._truth.begins(one, "ring", one.id, who=seat)
        self._switch.dial(None, one, seat)
        self._switch.ringing(one)
        self._switch.dial_state(None, one, "RINGING")
        return one.id

    def fails(self) -> None:
        """Nobody is registered at the seat: no leg, only this."""
        self._response("Failure", "0", self._asked.get("ChannelId", ""), ("<unknown>", "<unknown>"))

    def seat_answers(self) -> None:
        one = self._seat
        if one is None or one.gone:
            return
        self._switch.up(one)
        self._switch.dialled(None, one, "ANSWER")
        self._truth.ends(one, "ring", one.id, "answered")
        one.context, one.exten = "cc-out", self._number
        self._response("Success", "4", one.id, (one.number, one.display))
        one.context, one.exten = "cc-dial", "s"
        self._switch.execute(one, "Dial", f"PJSIP/{self._number}@trunk,45,iU(cc-customer-leg)")
        far = self._far = self._switch.channel("PJSIP/trunk", "<unknown>", "cc-in", "s", linked=one.linked)
        far.variables, far.account, far.peer = {"CC_CALL": self._call}, "", self._number
        far.number, far.peer_account = "s", self._call
        far.app, far.data = "AppDial", "(Outgoing Line)"
        self._truth.begins(one, "ring", far.id, who=self._number)
        self._switch.dial(one, far, f"{self._number}@trunk")
        one.peer = "s"
        self._switch.ringing(far)
        self._switch.dial_state(one, far, "RINGING")

    def far_answers(self) -> None:
        one, far = self._seat, self._far
        if one is None or far is None or one.gone or far.gone:
            return
        self._truth.ends(one, "ring", far.id, "answered")
        self._truth.begins(one, "talk", one.id, who=one.device.partition("/")[2])
        far.account = self._call
        self._switch.up(far)
        far.context = "cc-customer-leg"
        self._switch.recorded(far)
        far.context, far.exten = "cc-in", ""
        self._switch.dialled(one, far, "ANSWER")
        bridge = self._switch.bridge()
        self._switch.enter(bridge, far)
        self._switch.enter(bridge, one)

    def seat_hangs_up(self) -> None:
        if self._seat is not None and not self._seat.gone:
            self._switch.wants_to_hang_up(self._seat, 16)
            self._over(self._seat, 16)

    def hung_up(self, channel: Channel, cause: int) -> None:
        """Action Hangup."""
        self._switch.soft(channel, 32)
        self._over(channel, cause)

    def _over(self, first: Channel, cause: int) -> None:
        one, far = self._seat, self._far
        assert one is not None
        for stretch in self._truth.open(one):
            reason = "agent_hung_up" if stretch.kind == "talk" else "caller_gone"
            self._truth.ends(one, stretch.kind, stretch.leg, reason)
        if one.bridge and far is not None:
            self._switch.leave(one)
            self._switch.leave(far)
        if far is not None and not far.up:
            self._switch.dialled(one, far, "CANCEL")
        talked = bool(self._truth.of(one).agents)
        self._truth.over(one, "answered" if talked else "cancelled")
        for leg in (far, one) if first is one else (one, far):
            if leg is not None and not leg.gone:
                self._switch.gone(leg, cause)

    def _response(self, said: str, reason: str, leg: str, caller: tuple[str, str]) -> None:
        asked = self._asked
        named = self._seat.name if self._seat is not None else asked["Channel"]
        where = [("ActionID", asked["ActionID"]), ("Response", said), ("Channel", named), ("Context", asked["Context"])]
        who = [("CallerIDNum", caller[0]), ("CallerIDName", caller[1])]
        self._switch.say("OriginateResponse", [*where, ("Exten", asked["Exten"]), ("Reason", reason), ("Uniqueid", leg), *who])
