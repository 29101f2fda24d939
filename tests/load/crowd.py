"""Callers in numbers: one SIPp for each kind of caller, who dials again and again, each time from another number."""

from __future__ import annotations

import asyncio
import csv
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.live.sipp import Key, Telephone, alaw, calls, run

PACKET = 160
"""Bytes of A-law in 20 ms."""
DIALLED_S = 8.0
"""Who has dialled has pressed his keys by then: only who listens can be told to leave."""


@dataclass(frozen=True)
class Kind:
    """One kind of caller. `at_once` of them together; each leaves `talk_s` after his keys, or with None when the other side does."""

    name: str
    at_once: int
    keys: Sequence[Key]
    talk_s: float | None


@dataclass
class Crowd:
    """The callers of one kind, at work."""

    kind: Kind
    phone: Telephone
    numbers: Sequence[str]

    async def finish(self, limit_s: float) -> Sequence[str]:
        """No new callers; those that are there hang up, in the queue or in their talks. The numbers that called.

        AssertionError when a call did not go as planned.
        """
        over = asyncio.create_task(self.phone.finish(limit_s))
        await asyncio.wait({over}, timeout=DIALLED_S)
        self.phone.hang_up()
        await over
        counted = self._counted()
        failed = int(counted["FailedCall(C)"])
        assert failed == 0, f"{self.kind.name}: {failed} calls failed; see {self.phone.folder}"
        return self.numbers[: int(counted["OutgoingCall(C)"])]

    def _counted(self) -> dict[str, str]:
        with (self.phone.folder / "counted.csv").open(encoding="utf-8") as file:
            return list(csv.DictReader(file, delimiter=";"))[-1]


async def crowd(sip_port: int, hotline: str, folder: Path, kind: Kind, prefix: str, *, a_second: float, limit_s: float) -> Crowd:
    """Let callers of this kind begin to call; their numbers are prefix and six digits."""
    numbers = [f"{prefix}{n:06d}" for n in range(10_000)]
    listed = folder / f"{kind.name}.csv"
    listed.write_text("SEQUENTIAL\n" + "".join(f"{number}\n" for number in numbers), encoding="utf-8")
    sound = pcap(folder / f"{kind.name}.pcap", 440, 100)
    steps = calls(hotline, "[field0]", kind.keys, None, kind.talk_s, media_port="[auto_media_port]")
    # After the last key: two streams at once make one key into many.
    speaking = f'<pause milliseconds="1500"/>\n<nop><action><exec play_pcap_audio="{sound}"/></action></nop>\n'
    begin = steps.index("<recv request=")
    steps = steps[:begin] + (speaking if kind.keys else "") + steps[begin:]
    arguments = ["-s", hotline, "-inf", str(listed), "-r", str(a_second), "-l", str(kind.at_once), "-trace_stat", "-stf", "counted.csv"]
    phone = await run(folder, kind.name, steps, [*arguments, "-fd", "1", f"127.0.0.1:{sip_port}"], limit_s=limit_s)
    return Crowd(kind, phone, numbers)


def pcap(path: Path, hertz: float, seconds: float) -> Path:
    """A tone as recorded RTP packets of A-law, which SIPp plays from the port that its SDP names."""
    sound = alaw((np.sin(2 * np.pi * hertz * np.arange(int(8000 * seconds)) / 8000) * 6000).astype(np.int16))
    packets = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
    for n in range(len(sound) // PACKET):
        rtp = struct.pack(">BBHII", 0x80, 8, n & 0xFFFF, n * PACKET, 0x1234) + sound[n * PACKET : (n + 1) * PACKET]
        udp = struct.pack(">HHHH", 4000, 4000, 8 + len(rtp), 0) + rtp
        ip = struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, 0x7F000001, 0x7F000001) + udp
        frame = bytes(12) + b"\x08\x00" + ip
        packets.append(struct.pack("<IIII", n * PACKET // 8000, n * PACKET % 8000 * 125, len(frame), len(frame)) + frame)
    path.write_bytes(b"".join(packets))
    return path
