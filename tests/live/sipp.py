"""Telephones for tests, played by SIPp: callers on the trunk and desk phones at seats; scenarios are written into a folder of the test."""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np

LIMIT_S = 90
"""No telephone lives longer than this, whatever the test forgets."""

_SDP = """v=0
o=- [pid][call_number] {version} IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8 96
a=rtpmap:8 PCMA/8000
a=rtpmap:96 telephone-event/8000
a=fmtp:96 0-15
a={direction}
"""

_serial = itertools.count(1)

SIGNAL_LOW, SIGNAL_PLACES = 6_000, 2_800
MEDIA_LOW, MEDIA_STEP, MEDIA_PLACES = 11_000, 8, 1_000
_signals = itertools.count(random.SystemRandom().randrange(SIGNAL_PLACES))
_places = itertools.count(random.SystemRandom().randrange(MEDIA_PLACES))
"""Test runs beside each other begin at different places."""


@dataclass(frozen=True)
class Key:
    """A key pressed so many seconds after the step before it."""

    after_s: float
    key: str


@dataclass
class Telephone:
    """A running SIPp; port is where it listens, folder holds its scenario and what it logged."""

    process: asyncio.subprocess.Process
    port: int
    folder: Path

    @property
    def broke(self) -> bool:
        """Whether SIPp gave up by a fault of its own: it does when the machine's clock goes back by a few milliseconds."""
        path = self.folder / "errors.log"
        return path.exists() and "wheel_base" in path.read_text(errors="replace")

    async def done(self, limit_s: float = LIMIT_S) -> int:
        """Wait for its end; 0 when the call went as the scenario says. Raises TimeoutError."""
        return await asyncio.wait_for(self.process.wait(), limit_s)

    def hang_up(self) -> None:
        """Put the receiver down now, in each call that goes on. SIPp has no button for that: a message within a call tells it to leave."""
        if self.process.returncode is not None:
            return
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            for call in self._going_on():
                head = f"INFO sip:leave@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKleave\r\nCall-ID: {call}\r\n"
                rest = "From: <sip:test@127.0.0.1>;tag=t\r\nTo: <sip:leave@127.0.0.1>\r\nCSeq: 99 INFO\r\nContent-Length: 0\r\n\r\n"
                out.sendto((head + rest).encode(), ("127.0.0.1", self.port))

    def _going_on(self) -> list[str]:
        """The Call-IDs of what was begun and neither ended nor cancelled."""
        log = self.folder / "messages.log"
        heard = log.read_text(errors="replace") if log.exists() else ""
        begun = dict.fromkeys(re.findall(r"^Call-ID: (\S+)", heard, re.MULTILINE))
        over = set(re.findall(r"^(?:BYE|CANCEL) (?:[^\n]+\n)*?Call-ID: (\S+)", heard, re.MULTILINE))
        return [call for call in begun if call not in over]

    async def finish(self, limit_s: float = LIMIT_S) -> int:
        """Begin no call any more and end when those that go on are over; 0 when all went as the scenario says."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGUSR1)
        return await self.done(limit_s)

    async def put_away(self) -> None:
        """Hang up what is still going on and end the program."""
        self.hang_up()
        try:
            await self.finish(1)
        except TimeoutError:
            self.process.send_signal(signal.SIGINT)
            await self.done(10)

    def pull_the_plug(self) -> None:
        """End without a word, as a phone whose power is cut."""
        if self.process.returncode is None:
            self.process.kill()


def tone(path: Path, hertz: float, seconds: float = 2.0) -> Path:
    """A tone as raw A-law, which SIPp's rtp_stream plays; seconds times hertz should be whole, so that it loops smoothly."""
    samples = np.sin(2 * np.pi * hertz * np.arange(int(8000 * seconds)) / 8000) * 8000
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(alaw(samples.astype(np.int16)))
    return path


def alaw(samples: np.ndarray) -> bytes:
    """G.711 A-law of 16 bit samples."""
    value = samples.astype(np.int32) >> 3
    sign = np.where(value >= 0, 0xD5, 0x55)
    value = np.where(value >= 0, value, -value - 1)
    segment = np.clip(np.floor(np.log2(np.maximum(value, 1))).astype(int) - 4, 0, 7)
    mantissa = np.where(segment < 2, value >> 1, value >> segment) & 0x0F
    return bytes((((segment << 4) | mantissa) ^ sign).astype(np.uint8))


@asynccontextmanager
async def caller(
    sip_port: int,
    number: str,
    folder: Path,
    *,
    calling_from: str = "13800000000",
    keys: Sequence[Key] = (),
    sound: Path | None = None,
    talk_s: float | None = None,
    headers: Sequence[str] = (),
    media_port: int | None = None,
) -> AsyncIterator[Telephone]:
    """Dial a number over the trunk, press the keys, then hang up after talk_s, or with None stay until the other side hangs up.

    sound is played after the keys (raw A-law, see tone); with media_port somebody else on this machine hears and speaks there instead.
    The call is ended at the latest when the block is left.
    """
    telephone = await run(
        folder,
        "caller",
        calls(number, calling_from, keys, sound, talk_s, headers, media_port),
        ["-m", "1", "-s", number, f"127.0.0.1:{sip_port}"],
    )
    try:
        yield telephone
    finally:
        await telephone.put_away()


@asynccontextmanager
async def desk_phone(
    sip_port: int,
    seat: str,
    secret: str,
    folder: Path,
    *,
    answer_after_s: float | None = 0.5,
    refuse: bool = False,
    hang_up_after_s: float | None = None,
    hold_after_s: float | None = None,
    refer_to: str | None = None,
    sound: Path | None = None,
    limit_s: float = LIMIT_S,
) -> AsyncIterator[Telephone]:
    """A phone registered at a seat: answers every call after answer_after_s (None: rings on and never answers; refuse: 486 at once).

    It says sound, or a quiet tone: a seat that sends nothing is taken for dead after 5 s.
    It hangs up after hang_up_after_s of talk, or with None waits for the other side; hold_after_s puts the caller on hold for 2 s first.
    With refer_to it does not hang up then, but sends the caller to that number.
    """
    port = signal_port()
    registering = await run(
        folder, "register", _register(seat), ["-m", "1", "-s", seat, "-au", seat, "-ap", secret, f"127.0.0.1:{sip_port}"], port
    )
    if await registering.done(10):
        raise RuntimeError(f"seat {seat} was not registered; see {registering.folder}")
    scenario = _phone(answer_after_s, refuse, hang_up_after_s, hold_after_s, refer_to, sound or tone(folder / f"phone-{seat}.al", 300))
    telephone = await run(folder, f"seat-{seat}", scenario, [f"127.0.0.1:{sip_port}"], port, limit_s)
    try:
        yield telephone
    finally:
        await telephone.put_away()


async def seat_dials(sip_port: int, seat: str, secret: str, number: str, folder: Path, *, talk_s: float) -> int:
    """Dial a number from a seat, signed in by its secret; 0 when it was answered and hung up again after talk_s."""
    arguments = ["-m", "1", "-s", number, "-au", seat, "-ap", secret, f"127.0.0.1:{sip_port}"]
    return await (await run(folder, f"dials-{seat}", _seat_dials(seat, talk_s), arguments)).done(30)


async def register(sip_port: int, seat: str, secret: str, folder: Path, port: int | None = None) -> int:
    """Sign a seat in with this secret, for a phone that listens on port; 0 when it was accepted."""
    arguments = ["-m", "1", "-s", seat, "-au", seat, "-ap", secret, f"127.0.0.1:{sip_port}"]
    return await (await run(folder, "register", _register(seat), arguments, port)).done(10)


def signal_port() -> int:
    """A port for SIP. Outside the range from which the system gives out ports, below those that each SIPp takes for its remote control
    (8888 and on), and each place once: nobody takes it before SIPp does."""
    while True:
        port = SIGNAL_LOW + next(_signals) % SIGNAL_PLACES
        if _is_free(port):
            return port


async def run(folder: Path, name: str, scenario: str, arguments: list[str], port: int | None = None, limit_s: float = LIMIT_S) -> Telephone:
    """Start SIPp with these steps in a folder of its own."""
    own = folder / f"{name}-{next(_serial)}"
    own.mkdir(parents=True)
    (own / "scenario.xml").write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="{name}">\n{scenario}</scenario>\n', encoding="utf-8"
    )
    listens = port or signal_port()
    command = ["sipp", "-sf", "scenario.xml", "-i", "127.0.0.1", "-p", str(listens), "-mi", "127.0.0.1", "-mp", str(_media_port())]
    command += ["-nostdin", "-timeout", f"{limit_s:.0f}s", "-timeout_error", "-trace_err", "-error_file", "errors.log", "-trace_msg"]
    command += ["-message_file", "messages.log", *arguments]
    with (own / "screen.log").open("wb") as screen:
        process = await asyncio.create_subprocess_exec(*command, cwd=own, stdin=asyncio.subprocess.DEVNULL, stdout=screen, stderr=screen)
    return Telephone(process, listens, own)


def _media_port() -> int:
    """A port for sound; SIPp takes the next ones too. Outside the range from which the system gives out ports, and each place once."""
    while True:
        port = MEDIA_LOW + MEDIA_STEP * (next(_places) % MEDIA_PLACES)
        if all(_is_free(port + n) for n in range(MEDIA_STEP)):
            return port


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def calls(
    number: str,
    calling_from: str,
    keys: Sequence[Key],
    sound: Path | None,
    talk_s: float | None,
    headers: Sequence[str] = (),
    media_port: int | str | None = None,
) -> str:
    """The steps of a caller (see caller), who may be one of many."""
    extra = "".join(f"{line}\n" for line in headers)
    own = f"<sip:{calling_from}@[local_ip]:[local_port]>;tag=[pid]c[call_number]"
    head = _request("{method} sip:[service]@[remote_ip]:[remote_port]", own, "<sip:[service]@[remote_ip]:[remote_port]>{tag}")
    sdp = _SDP.format(version=1, direction="sendrecv").replace("[media_port]", str(media_port or "[media_port]"))
    steps = _send(head.format(method="INVITE", tag="", cseq="1 INVITE") + extra, sdp, retrans=True)
    steps += "".join(f'<recv response="{code}" optional="true"/>\n' for code in (100, 180, 183))
    steps += '<recv response="200" rtd="true" rrs="true"/>\n'
    steps += _send(head.format(method="ACK", tag="[peer_tag_param]", cseq="1 ACK"))
    for key in keys:
        steps += f'<pause milliseconds="{round(key.after_s * 1000)}"/>\n<nop><action><exec play_dtmf="{escape(key.key)}"/></action></nop>\n'
    # After the keys: two streams of SIPp's at once make one key into many.
    steps += ('<pause milliseconds="1500"/>\n' if keys and sound else "") + _play(sound)
    steps += _until_leaving(talk_s)
    steps += f"{_send(head.format(method='BYE', tag='[peer_tag_param]', cseq='2 BYE'), retrans=True)}"
    return steps + '<recv response="200"/>\n<label id="over"/>\n'


_OK = """SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
"""


def _request(line: str, own: str, other: str) -> str:
    return (
        line + " SIP/2.0\nVia: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]\n"
        f"From: {own}\nTo: {other}\nCall-ID: [call_id]\nCSeq: {{cseq}}\nContact: <sip:[local_ip]:[local_port]>\nMax-Forwards: 70\n"
    )


def _send(head: str, body: str = "", *, retrans: bool = False) -> str:
    kind = "Content-Type: application/sdp\n" if body else ""
    text = f"{head}{kind}Content-Length: {'[len]' if body else '0'}\n\n{body}"
    again = ' retrans="500"' if retrans else ""
    return f"<send{again}><![CDATA[\n{text}\n]]></send>\n"


def _play(sound: Path | None) -> str:
    return f'<nop><action><exec rtp_stream="{sound},-1,8"/></action></nop>\n' if sound else ""


def _until_leaving(after_s: float | None) -> str:
    """Wait for the other side's BYE and end, or go on to our own: after some seconds, or when the test says so (Telephone.hang_up)."""
    timeout = "" if after_s is None else f' timeout="{max(1, round(after_s * 1000))}" ontimeout="leave"'
    wait = f'<recv request="INFO" optional="true" next="leave"{timeout}/>\n<recv request="BYE"{timeout}/>\n'
    return f'{wait}{_send(_OK)}<nop next="over"/>\n<label id="leave"/>\n'


def _register(seat: str) -> str:
    head = _request(
        "REGISTER sip:[remote_ip]:[remote_port]", f"<sip:{seat}@[remote_ip]>;tag=[pid]r[call_number]", f"<sip:{seat}@[remote_ip]>"
    )
    head = head.replace("<sip:[local_ip]:[local_port]>", f"<sip:{seat}@[local_ip]:[local_port]>") + "Expires: 600\n"
    steps = _send(head.format(cseq="1 REGISTER"), retrans=True) + '<recv response="401" auth="true"/>\n'
    return steps + _send(head.format(cseq="2 REGISTER") + "[authentication]\n", retrans=True) + '<recv response="200"/>\n'


def _seat_dials(seat: str, talk_s: float) -> str:
    own = f"<sip:{seat}@[remote_ip]>;tag=[pid]d[call_number]"
    head = _request("{method} sip:[service]@[remote_ip]:[remote_port]", own, "<sip:[service]@[remote_ip]:[remote_port]>{tag}")
    sdp = _SDP.format(version=1, direction="sendrecv")
    tagged = "[peer_tag_param]"
    steps = _send(head.format(method="INVITE", tag="", cseq="1 INVITE"), sdp, retrans=True) + '<recv response="401" auth="true"/>\n'
    steps += _send(head.format(method="ACK", tag=tagged, cseq="1 ACK"))
    steps += _send(head.format(method="INVITE", tag="", cseq="2 INVITE") + "[authentication]\n", sdp, retrans=True)
    steps += "".join(f'<recv response="{code}" optional="true"/>\n' for code in (100, 180, 183)) + '<recv response="200"/>\n'
    steps += _send(head.format(method="ACK", tag=tagged, cseq="2 ACK")) + f'<pause milliseconds="{round(talk_s * 1000)}"/>\n'
    return steps + _send(head.format(method="BYE", tag=tagged, cseq="3 BYE"), retrans=True) + '<recv response="200"/>\n'


_PHONE_HEARS = """<recv request="INVITE"><action>
<ereg regexp="[0-9]+" search_in="hdr" header="CSeq:" assign_to="cseq"/>
<ereg regexp=".*" search_in="hdr" header="From:" assign_to="theirs"/>
<ereg regexp=".*" search_in="hdr" header="To:" assign_to="ours"/>
<ereg regexp="sip:[^&gt;]*" search_in="hdr" header="Contact:" assign_to="target"/>
</action></recv>
"""


def _phone(
    answer_after_s: float | None,
    refuse: bool,
    hang_up_after_s: float | None,
    hold_after_s: float | None,
    refer_to: str | None,
    sound: Path | None,
) -> str:
    def answer(status: str, cseq: str) -> str:
        return (
            f"SIP/2.0 {status}\n[last_Via:]\n[last_From:]\n[last_To:];tag=[pid]p[call_number]\n[last_Call-ID:]\nCSeq: {cseq}\n"
            "Contact: <sip:[local_ip]:[local_port]>\n"
        )

    invited = "[$cseq] INVITE"
    if refuse:
        return _PHONE_HEARS + _send(answer("486 Busy Here", invited)) + '<recv request="ACK"/>\n' + _USED
    steps = _PHONE_HEARS + _send(answer("180 Ringing", invited))
    waiting = "" if answer_after_s is None else f' timeout="{max(1, round(answer_after_s * 1000))}" ontimeout="answer"'
    steps += f'<recv request="CANCEL"{waiting}/>\n'
    steps += (
        _send(answer("200 OK", "[$cseq] CANCEL")) + _send(answer("487 Request Terminated", invited)) + '<recv request="ACK" next="over"/>\n'
    )
    if answer_after_s is None:
        return steps + '<label id="over"/>\n' + _USED
    # The last message is still the INVITE here: a timeout is no message.
    steps += '<label id="answer"/>\n' + _send(answer("200 OK", invited), _SDP.format(version=1, direction="sendrecv"), retrans=True)
    steps += '<recv request="ACK"/>\n' + _play(sound)
    head = _request("{method} [$target]", "[$ours];tag=[pid]p[call_number]", "[$theirs]")
    if hold_after_s is not None:
        for number, (wait_s, direction) in enumerate(((hold_after_s, "sendonly"), (2.0, "sendrecv")), start=2):
            steps += f'<pause milliseconds="{round(wait_s * 1000)}"/>\n'
            steps += _send(
                head.format(method="INVITE", cseq=f"{number} INVITE"), _SDP.format(version=number, direction=direction), retrans=True
            )
            steps += '<recv response="100" optional="true"/>\n<recv response="200"/>\n' + _send(
                head.format(method="ACK", cseq=f"{number} ACK")
            )
    steps += _until_leaving(hang_up_after_s)
    if refer_to is not None:
        steps += _refer(head, refer_to)
    steps += _send(head.format(method="BYE", cseq="9 BYE"), retrans=True) + '<recv response="200"/>\n'
    return steps + '<label id="over"/>\n' + _USED


def _refer(head: str, number: str) -> str:
    """Send the other side to a number and wait until it was told off to it, or for 3 s: who is refused hangs up."""
    where = f"Refer-To: <sip:{number}@[remote_ip]:[remote_port]>\n"
    steps = _send(head.format(method="REFER", cseq="8 REFER") + where, retrans=True) + '<recv response="202"/>\n<label id="told"/>\n'
    steps += '<recv request="NOTIFY" optional="true" next="hears"/>\n<recv request="BYE" timeout="3000" ontimeout="bye"/>\n'
    steps += f'{_send(_OK)}<nop next="over"/>\n<label id="hears"/>\n{_send(_OK)}<nop next="told"/>\n<label id="bye"/>\n'
    return steps


# SIPp refuses a scenario that assigns a variable and does not use it.
_USED = '<Reference variables="cseq,theirs,ours,target"/>\n'
