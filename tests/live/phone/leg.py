"""One leg of a telephone: a call that it made or got, with what was done in it and when."""

from __future__ import annotations

import asyncio
import re
import secrets
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.live.phone.rtp import Sound, now, read_offer
from tests.live.phone.sip import SipMessage

if TYPE_CHECKING:
    from tests.live.phone.phone import Phone

LIMIT_S = 15.0
ALLOW = ("allow", "INVITE, ACK, BYE, CANCEL, OPTIONS, NOTIFY, UPDATE, INFO, REFER")
SDP = ("content-type", "application/sdp")


class Leg:
    """`at` is when things happened to it (ms): rang, answered, held, unheld, referred, moved, bye (ours), over.

    `over_by`: "us" or "them" once it is over; `cause` the status or the Q.850 cause that came with it.
    """

    def __init__(self, phone: Phone, target: str, sound: Sound) -> None:
        self.phone = phone
        self.sound = sound
        self.call_id = secrets.token_hex(12)
        self.at: dict[str, int] = {}
        self.over_by = ""
        self.cause = 0
        self.notified: list[str] = []
        self.reinvited = 0
        self._tag = secrets.token_hex(4)
        self._own = f"<sip:{phone.user}@127.0.0.1:{phone.port}>"
        self._other = f"<{target}>"
        self._target = target
        self._cseq = 1
        self._invite: SipMessage | None = None  # the other side's first INVITE, or ours as it was last sent
        self._dialling: asyncio.Task[None] | None = None
        self._over = asyncio.Event()
        self._up = asyncio.Event()
        self._rang = asyncio.Event()
        self._news = asyncio.Condition()

    @classmethod
    def rung(cls, phone: Phone, invite: SipMessage) -> Leg:
        """A leg for an INVITE that came; it rings at once."""
        leg = cls(phone, invite.target(), phone.new_sound())
        leg.call_id = invite.get("call-id")
        leg._own, leg._other = invite.get("to"), invite.get("from")
        leg._invite = invite
        leg.at["rang"] = now()
        leg._rang.set()
        phone.answer(invite, 180, "Ringing", leg._tag, (("contact", phone.contact),))
        return leg

    @property
    def heard_from(self) -> str:
        """Who calls, as the display shows it."""
        found = re.search(r"<sip:([^@>]+)@", self._other)
        return found[1] if found else ""

    # --- what a person does

    def start_dialling(self, more: tuple[str, str] | None) -> None:
        self.at["dialled"] = now()
        self._dialling = asyncio.get_running_loop().create_task(self._dial(more))

    async def ringing(self, limit_s: float = LIMIT_S) -> Leg:
        """Wait until the other side rings."""
        await self._within(self._rang, limit_s, "ring")
        return self

    async def answered(self, limit_s: float = LIMIT_S) -> Leg:
        """Wait until the other side answers."""
        await self._within(self._up, limit_s, "answer")
        return self

    async def over(self, limit_s: float = LIMIT_S) -> Leg:
        """Wait until it has ended, whoever ended it."""
        await self._within(self._over, limit_s, "end")
        return self

    async def answer(self) -> Leg:
        """Pick up what rings here."""
        assert self._invite is not None
        assert not self._over.is_set(), "it rings no more"
        self.at["answered"] = now()
        self._up.set()
        self.sound.send_to(self._invite.body)
        body = self.sound.described(event=read_offer(self._invite.body).event)
        self.phone.answer(self._invite, 200, "OK", self._tag, (("contact", self.phone.contact), ALLOW, SDP), body)
        return self

    def refuse(self, status: int = 486, words: str = "Busy Here") -> None:
        """Say no to what rings here: 486 busy, 603 decline, 480 not now."""
        assert self._invite is not None
        self.at["refused"] = now()
        self.phone.answer(self._invite, status, words, self._tag)
        self._end("us", status)

    async def hang_up(self) -> Leg:
        """Put the receiver down; a call that was not answered yet is cancelled."""
        if self._over.is_set():
            return self
        self.at["bye"] = now()
        if not self._up.is_set() and self._dialling is not None:
            self._cancel()
            return await self.over()
        said = await self._ask(self._request("BYE"))
        assert said.status in (200, 481), said.start
        self._end("us", 16)
        return self

    async def hold(self) -> None:
        await self._reinvite("sendonly")
        self.at["held"] = now()

    async def unhold(self) -> None:
        await self._reinvite("sendrecv")
        self.at["unheld"] = now()

    async def press(self, keys: str) -> None:
        """Press keys, one after the other, with a rest between them."""
        for key in keys:
            if self._over.is_set():
                break
            await self.sound.press(key)
            await asyncio.sleep(0.08)
        self.at["pressed"] = now()

    async def refer(self, number: str) -> int:
        """Send the other side of this leg to a number (blind). The status: 202 when the server takes it on."""
        self.at["referred"] = now()
        return (await self._ask(self._request("REFER", ("refer-to", f"<sip:{number}@{self.phone.server}>")))).status

    async def refer_to(self, other: Leg) -> int:
        """Put the other side of this leg through to the other side of another leg of ours (attended)."""
        self.at["referred"] = now()
        uri = f"<{other._plain_target()}?Replaces={quote(other.dialog)}>"
        return (await self._ask(self._request("REFER", ("refer-to", uri)))).status

    async def notified_of(self, status: int, limit_s: float = LIMIT_S) -> None:
        """Wait until a NOTIFY about our REFER told this status."""

        async def told() -> None:
            async with self._news:
                await self._news.wait_for(lambda: any(f" {status}" in one for one in self.notified))

        try:
            await asyncio.wait_for(told(), limit_s)
        except TimeoutError:
            raise AssertionError(f"{self.phone.user} was not told {status}, but {self.notified}") from None

    async def put_away(self) -> None:
        """End it, whatever state it is in."""
        if self._over.is_set() or (self._invite is None and self._dialling is None):
            return
        if self._dialling is None and not self._up.is_set():
            self.refuse()
            return
        await self.hang_up()

    # --- what the other side says

    def told(self, message: SipMessage) -> None:
        """A request within this leg."""
        method = message.method
        if method == "BYE":
            self.phone.answer(message, 200, "OK", self._tag)
            self._end("them", _cause(message))
        elif method == "CANCEL":
            self.phone.answer(message, 200, "OK", self._tag)
            if not self._up.is_set() and self._invite is not None:
                self.phone.answer(self._invite, 487, "Request Terminated", self._tag)
                self._end("them", _cause(message))
        elif method in ("INVITE", "UPDATE"):
            self._changed(message)
        elif method == "NOTIFY":
            self.phone.answer(message, 200, "OK", self._tag)
            self.notified.append(message.body.strip())
            asyncio.get_running_loop().create_task(self._wake())
        elif method != "ACK":
            self.phone.answer(message, 200, "OK", self._tag)

    async def _wake(self) -> None:
        async with self._news:
            self._news.notify_all()

    def _changed(self, message: SipMessage) -> None:
        self.reinvited += 1
        if message.get("contact"):
            self._target = message.target()
        if not message.body:
            self.phone.answer(message, 200, "OK", self._tag, (("contact", self.phone.contact),))
            return
        offer = read_offer(message.body)
        self.sound.send_to(message.body)
        ours = {"sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}.get(offer.direction, "sendrecv")
        more = (("contact", self.phone.contact), ALLOW, SDP)
        self.phone.answer(message, 200, "OK", self._tag, more, self.sound.described(ours, offer.event))

    # --- requests of ours

    async def _dial(self, more: tuple[str, str] | None) -> None:
        invite = self._request("INVITE", more, self.sound.described())
        said = await self._invited(invite)
        if said.status in (401, 407):
            self._acknowledge(invite, said)
            self._cseq += 1
            invite = self.phone.signed(invite, said, self._cseq)
            said = await self._invited(invite)
        if said.status >= 300:
            self._acknowledge(invite, said)
            self._end("us" if "bye" in self.at else "them", said.status)
            return
        self._other, self._target = said.get("to"), said.target()
        self._up.set()
        self.at["answered"] = now()
        if said.body:  # after early media the answer may bring none
            self.sound.send_to(said.body)
        self.phone.send(self._request("ACK"))
        if "bye" in self.at:  # the answer and our CANCEL crossed
            await self._ask(self._request("BYE"))
            self._end("us", 16)

    async def _ask(self, asked: SipMessage) -> SipMessage:
        said = await self.phone.ask(asked)
        self._cseq = int(said.get("cseq").split()[0])
        return said

    async def _invited(self, invite: SipMessage) -> SipMessage:
        self._invite = invite
        answers = self.phone.expect(invite)
        self.phone.send(invite)
        while True:
            said = await answers.get()
            if said.status in (180, 183) and not self._rang.is_set():
                self.at["rang"] = now()
                self._rang.set()
            if said.status == 183 and said.body:
                self.sound.send_to(said.body)
            if said.tag("to"):
                self._other = said.get("to")
            if said.status >= 200:
                return said

    async def _reinvite(self, direction: str) -> None:
        invite = self._request("INVITE", None, self.sound.described(direction))
        said = await self._ask(invite)
        assert said.status == 200, said.start
        self.phone.send(self._request("ACK"))

    def _cancel(self) -> None:
        assert self._invite is not None
        kept = tuple((name, value) for name, value in self._invite.headers if name in ("via", "from", "to", "call-id"))
        number = self._invite.get("cseq").split()[0]
        self.phone.send(SipMessage(self._invite.start.replace("INVITE", "CANCEL", 1), (*kept, ("cseq", f"{number} CANCEL"))))

    def _acknowledge(self, invite: SipMessage, said: SipMessage) -> None:
        kept = tuple((name, value) for name, value in invite.headers if name in ("via", "from", "call-id"))
        number = invite.get("cseq").split()[0]
        headers = (*kept, ("to", said.get("to")), ("cseq", f"{number} ACK"))
        self.phone.send(SipMessage(invite.start.replace("INVITE", "ACK", 1), headers))

    def _request(self, method: str, more: tuple[str, str] | None = None, body: str = "") -> SipMessage:
        if method not in ("ACK", "INVITE") or self._up.is_set():
            self._cseq += method != "ACK"
        own = self._own if ";tag=" in self._own else f"{self._own};tag={self._tag}"
        headers = [
            ("via", self.phone.via()),
            ("from", own),
            ("to", self._other),
            ("call-id", self.call_id),
            ("cseq", f"{self._cseq} {method}"),
            ("contact", self.phone.contact),
            ("max-forwards", "70"),
            ALLOW,
        ]
        headers += [(more[0].lower(), more[1])] if more else []
        headers += [SDP] if body else []
        return SipMessage(f"{method} {self._target} SIP/2.0", tuple(headers), body)

    @property
    def dialog(self) -> str:
        """What names it, as a Replaces header does."""
        theirs = re.search(r";tag=([^;\s>]+)", self._other)
        ours = re.search(r";tag=([^;\s>]+)", self._own)
        assert theirs is not None, "the other leg has no dialog yet"
        return f"{self.call_id};to-tag={theirs[1]};from-tag={ours[1] if ours else self._tag}"

    def _plain_target(self) -> str:
        found = re.search(r"<(sip:[^>]+)>", self._other)
        return found[1] if found else self._target

    def _end(self, by: str, cause: int) -> None:
        if self._over.is_set():
            return
        self.over_by, self.cause = by, cause
        self.at["over"] = now()
        self._over.set()
        self.sound.close()

    async def _within(self, event: asyncio.Event, limit_s: float, what: str) -> None:
        if what != "end":
            done = [asyncio.ensure_future(event.wait()), asyncio.ensure_future(self._over.wait())]
            await asyncio.wait(done, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.cancel()
            assert event.is_set(), f"{self.phone.user} waited for {what}; over by {self.over_by or 'nobody'} {self.cause}"
            return
        try:
            await asyncio.wait_for(event.wait(), limit_s)
        except TimeoutError:
            raise AssertionError(f"{self.phone.user} waited {limit_s:g} s for the {what} of its leg; {self.at}") from None


def _cause(message: SipMessage) -> int:
    found = re.search(r"cause=(\d+)", message.get("reason"))
    return int(found[1]) if found else 16
