"""A telephone in Python for tests: a UDP socket with any number of legs. Signs in, dials, is dialled; its legs do the rest."""

from __future__ import annotations

import asyncio
import secrets
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

from tests.live.phone import sip
from tests.live.phone.leg import Leg
from tests.live.phone.rtp import Sound, now
from tests.live.phone.sip import SipMessage

RESEND_S = 0.5
ANSWER_LIMIT_S = 10.0
EXPIRES_S = 300


class Refused(AssertionError):
    """The other side said no, or nothing."""


@dataclass(frozen=True)
class Voice:
    """The tone that a phone speaks with, and the RTP sequence number at which each of its legs begins."""

    hertz: float = 500.0
    first_sequence: int = 30_000


class Phone(asyncio.DatagramProtocol):
    """`user` is its name or number, `secret` its password where it has one. Made by `open_phone`."""

    def __init__(self, server_port: int, user: str, secret: str, voice: Voice) -> None:
        self.user = user
        self.server = f"127.0.0.1:{server_port}"
        self.voice = voice
        self.legs: dict[str, Leg] = {}
        self._ringing: defaultdict[str, asyncio.Queue[Leg]] = defaultdict(asyncio.Queue)
        self._secret = secret
        self._address = ("127.0.0.1", server_port)
        self._transport: asyncio.DatagramTransport | None = None
        self._asked: dict[str, asyncio.Queue[SipMessage]] = {}
        self._said: dict[tuple[str, str, str], SipMessage] = {}
        self.port = 0
        self._heard: deque[str] = deque(maxlen=40)

    # --- what a person does

    async def dial(self, number: str, *, withheld: bool = False, instead: Leg | None = None) -> Leg:
        """Dial; the leg is there at once, its `answered()` later. `instead`: ask to take the place of this leg, whosesoever it is."""
        leg = Leg(self, f"sip:{number}@{self.server}", self.new_sound())
        self.legs[leg.call_id] = leg
        leg.start_dialling(("Privacy", "id") if withheld else ("Replaces", instead.dialog) if instead else None)
        return leg

    async def rings(self, number: str = "", limit_s: float = 20.0) -> Leg:
        """The next call that rings here, for this number of ours where we have several."""
        wanted = number or self.user
        try:
            return await asyncio.wait_for(self._ringing[wanted].get(), limit_s)
        except TimeoutError:
            raise AssertionError(f"{wanted} did not ring within {limit_s:g} s") from None

    def has_rung(self, number: str) -> bool:
        """Whether a call for this number came that nobody has looked at."""
        return number in self._ringing and not self._ringing[number].empty()

    def learn(self, secret: str) -> None:
        """Its person types in another password."""
        self._secret = secret

    async def sign_in(self) -> None:
        await self._register(EXPIRES_S)

    async def sign_out(self) -> None:
        """The seat is known to be unreachable from now on."""
        await self._register(0)

    def pull_the_plug(self) -> None:
        """Gone without a word, as a phone whose power is cut."""
        for leg in self.legs.values():
            leg.sound.close()
        if self._transport is not None:
            self._transport.abort()

    @property
    def is_there(self) -> bool:
        """Whether its plug is in."""
        return self._transport is not None and not self._transport.is_closing()

    async def put_all_away(self) -> None:
        """Hang up what still goes on, and forget the legs."""
        for leg in list(self.legs.values()):
            if self.is_there:
                await leg.put_away()
            leg.sound.close()
        self.legs.clear()
        self._ringing.clear()

    # --- messages

    @property
    def contact(self) -> str:
        return f"<sip:{self.user}@127.0.0.1:{self.port}>"

    def new_sound(self) -> Sound:
        return Sound(self.voice.hertz, self.voice.first_sequence)

    def send(self, message: SipMessage) -> None:
        self._note("->", message)
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(message.encoded(), self._address)

    def answer(self, asked: SipMessage, status: int, words: str, tag: str, more: tuple[tuple[str, str], ...] = (), body: str = "") -> None:
        """Answer a request; the same answer is given when the request comes again."""
        said = sip.response(asked, status, words, tag, more, body)
        self._said[_key(asked)] = said
        self.send(said)

    async def ask(self, asked: SipMessage, *, limit_s: float = ANSWER_LIMIT_S) -> SipMessage:
        """Send a request till it is answered, signed when that is asked for; the last answer (200 and above)."""
        said = await self._once(asked, limit_s)
        if said.status not in (401, 407) or not self._secret:
            return said
        number = int(asked.get("cseq").split()[0]) + 1
        return await self._once(self.signed(asked, said, number), limit_s)

    def signed(self, asked: SipMessage, refusal: SipMessage, number: int) -> SipMessage:
        """The request again, with the proof that was asked for."""
        method, uri = asked.start.split()[:2]
        proof = sip.authorization(refusal.get("www-authenticate"), self.user, self._secret, method, uri)
        kept = tuple((name, value) for name, value in asked.headers if name not in ("via", "cseq", "authorization"))
        return SipMessage(asked.start, (("via", self.via()), *kept, ("cseq", f"{number} {method}"), ("authorization", proof)), asked.body)

    def via(self) -> str:
        return f"SIP/2.0/UDP 127.0.0.1:{self.port};rport;branch=z9hG4bK{secrets.token_hex(8)}"

    def expect(self, asked: SipMessage) -> asyncio.Queue[SipMessage]:
        """Where the answers to a request arrive."""
        return self._asked.setdefault(_branch(asked), asyncio.Queue())

    async def _once(self, asked: SipMessage, limit_s: float) -> SipMessage:
        answers, loop = self.expect(asked), asyncio.get_running_loop()
        end = loop.time() + limit_s
        self.send(asked)
        while True:
            try:
                said = await asyncio.wait_for(answers.get(), RESEND_S)
            except TimeoutError:
                if loop.time() > end:
                    raise Refused(f"{self.user}: no answer to {asked.start}; what was said:\n" + "\n".join(self._heard)) from None
                self.send(asked)
                continue
            if said.status >= 200:
                return said

    async def _register(self, expires: int) -> None:
        own = f"<sip:{self.user}@{self.server}>"
        headers = (
            ("via", self.via()),
            ("from", f"{own};tag={secrets.token_hex(4)}"),
            ("to", own),
            ("call-id", secrets.token_hex(8)),
            ("cseq", "1 REGISTER"),
            ("contact", self.contact),
            ("expires", str(expires)),
            ("max-forwards", "70"),
        )
        said = await self.ask(SipMessage(f"REGISTER sip:{self.server} SIP/2.0", headers))
        if said.status != 200:
            raise Refused(f"{self.user}: {said.start}")

    # --- the socket's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)  # a selector loop's is no subclass of it
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if not data.strip():
            return
        message = sip.read(data)
        self._note("<-", message)
        if message.is_response:
            self._answered(message)
        else:
            self._requested(message)

    def _note(self, way: str, message: SipMessage) -> None:
        self._heard.append(f"{now()} {way} {message.start} {message.get('cseq')} {message.get('call-id')[:12]}")

    def _answered(self, message: SipMessage) -> None:
        answers = self._asked.get(_branch(message))
        if answers is not None:
            answers.put_nowait(message)

    def _requested(self, message: SipMessage) -> None:
        again = self._said.get(_key(message))
        if again is not None and message.method != "ACK":
            self.send(again)
            return
        leg = self.legs.get(message.get("call-id"))
        if leg is not None:
            leg.told(message)
        elif message.method == "INVITE":
            leg = Leg.rung(self, message)
            self.legs[leg.call_id] = leg
            self._ringing[message.user].put_nowait(leg)
        elif message.method != "ACK":
            known = message.method in ("OPTIONS", "NOTIFY")
            self.answer(message, 200 if known else 481, "OK" if known else "Unknown", "none")


def _branch(message: SipMessage) -> str:
    # A CANCEL has the branch of its INVITE.
    return message.method + message.get("via").partition("branch=")[2].partition(";")[0]


def _key(message: SipMessage) -> tuple[str, str, str]:
    return message.get("call-id"), message.get("cseq"), _branch(message)


@asynccontextmanager
async def open_phone(server_port: int, user: str, secret: str = "", voice: Voice | None = None, port: int = 0) -> AsyncIterator[Phone]:
    """A phone on a port of its own; with a secret it signs in. What still goes on when the block is left is hung up."""
    loop = asyncio.get_running_loop()
    transport, phone = await loop.create_datagram_endpoint(
        lambda: Phone(server_port, user, secret, voice or Voice()), local_addr=("127.0.0.1", port)
    )
    staying: asyncio.Task[None] | None = None
    try:
        if secret:
            await phone.sign_in()
            staying = loop.create_task(_stay(phone))
        yield phone
    finally:
        if staying is not None:
            staying.cancel()
        await phone.put_all_away()
        if secret and not transport.is_closing():
            await phone.sign_out()
        transport.close()


async def _stay(phone: Phone) -> None:
    """Sign in again in time, as long as the plug is in."""
    while phone.is_there:
        await asyncio.sleep(EXPIRES_S / 2)
        if phone.is_there:
            await phone.sign_in()
