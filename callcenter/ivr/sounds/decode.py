"""Any file of sound made into a telephone's, by a process of its own: `python -m callcenter.ivr.sounds.decode <most seconds>`.

The file comes on standard input. What goes out is a word and a line break: `done`, followed by the WAV, or what is wrong with it. A file
made to break the decoder breaks this process, which may take so much memory and time and no more.
"""

from __future__ import annotations

import io
import os
import resource
import sys
from collections.abc import Iterator

import av
import numpy as np
import soxr

from callcenter.ivr.sounds.sound import RATE, Floats, Silent, as_wav, for_telephone

FORMATS = "wav,mp3,ogg,mov,matroska,flac,aac,aiff,caf,amr,au,w64"
"""What is read. Play lists are not among them: they make a reader fetch other files."""

MEMORY = 1 << 30
CPU_S = 30


class TooLong(Exception):
    """It lasts longer than allowed."""


def main() -> None:
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    av.logging.set_level(av.logging.PANIC)
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read(), float(sys.argv[1])))


def answer(file: bytes, most_s: float) -> bytes:
    """The word, the line break and the sound."""
    try:
        return b"done\n" + as_wav(for_telephone(decoded(file, most_s)))
    except (av.FFmpegError, ValueError, MemoryError):
        return b"no_sound\n"
    except TooLong:
        return b"too_long\n"
    except Silent:
        return b"silent\n"


def decoded(file: bytes, most_s: float) -> Floats:
    """The first sound in a file as 8 kHz mono. Raise av.FFmpegError, ValueError (there is none), TooLong."""
    with av.open(io.BytesIO(file), mode="r", options={"format_whitelist": FORMATS, "protocol_whitelist": ""}) as container:
        if not container.streams.audio:
            raise ValueError("there is no sound in it")
        stream = container.streams.audio[0]
        blocks, samples = [], 0
        for block in _resampled(container.decode(stream), stream.codec_context.sample_rate):
            blocks.append(block)
            samples += len(block)
            if samples > most_s * RATE:
                raise TooLong
    sound: Floats = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
    return sound


def _resampled(frames: Iterator[av.AudioFrame], rate: int) -> Iterator[Floats]:
    mono = av.AudioResampler(format="flt", layout="mono", rate=rate)
    eighth = soxr.ResampleStream(rate, RATE, 1)
    for frame in frames:
        for piece in mono.resample(frame):
            yield eighth.resample_chunk(piece.to_ndarray()[0])
    yield eighth.resample_chunk(np.zeros(0, np.float32), last=True)


if __name__ == "__main__":
    main()
