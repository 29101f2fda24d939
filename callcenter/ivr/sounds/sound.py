"""Sound as a telephone carries it: 8 kHz, mono, 16 bit; its level evened, the silence around it cut. Pure."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

RATE = 8000
"""Samples a second."""

LEVEL_DB = -20.0
"""Loudness of every prompt: RMS over what is spoken (pauses left out), against full scale."""

PEAK_DB = -3.0
"""No sample is louder than this: where the level would take it higher, the gain gives way for some milliseconds."""

MOST_GAIN_DB = 30.0
"""A recording so quiet that it would need more stays quieter than the others: its noise would be all that is heard."""

SILENT_DB = -50.0
"""20 ms below this are silence, and so are those that are PAUSE_DB below the loudest of the sound."""
PAUSE_DB = 35.0

FRAME = RATE // 50
SHORTEST_FRAMES = 3
"""Frames on end that make a sound: a click of the mouse is shorter."""

BEFORE = RATE // 12
AFTER = RATE // 6
"""Samples of quiet left before and after what is spoken, so that nothing is cut off and prompts do not run into each other."""

BLOCK = RATE // 200
ROUNDS = 4

Samples = npt.NDArray[np.int16]
Floats = npt.NDArray[np.float32]


class Silent(Exception):
    """There is nothing to be heard in it."""


def for_telephone(sound: Floats) -> Samples:
    """A sound of 8 kHz, full scale ±1, with the silence around it cut and its level evened. Raise Silent."""
    centred = (sound - sound.mean(dtype=np.float64)).astype(np.float32) if len(sound) else sound
    levels = _levels(centred)
    heard = _heard(levels)
    if not len(heard):
        raise Silent("nothing can be heard in it")
    cut = centred[max(0, heard[0] * FRAME - BEFORE) : (heard[-1] + 1) * FRAME + AFTER]
    samples: Samples = np.rint(_evened(cut) * 32_767).astype(np.int16)
    return samples


def loudness_db(samples: Samples) -> float:
    """RMS over what is heard in it, in dB against full scale; -inf when nothing is."""
    levels = _levels((samples / 32_768).astype(np.float32))
    heard = _heard(levels)
    return float(10 * np.log10(np.mean(levels[heard] ** 2))) if len(heard) else float("-inf")


def as_wav(samples: Samples) -> bytes:
    """A WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.astype("<i2").tobytes())
    return file.getvalue()


def samples_of(wav: bytes) -> Samples:
    """The samples of a WAV of `as_wav`."""
    with wave.open(io.BytesIO(wav), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


def millis(wav: bytes) -> int:
    """How long a WAV of `as_wav` lasts."""
    return len(samples_of(wav)) * 1000 // RATE


def _evened(sound: Floats) -> Floats:
    """At LEVEL_DB, no sample above PEAK_DB. What the limit takes from the loudest is given back to the whole."""
    gain, most = 1.0, _ratio(MOST_GAIN_DB)
    even = sound
    for _ in range(ROUNDS):
        levels = _levels(even)
        gain = min(most, gain * _ratio(LEVEL_DB) / float(np.sqrt(np.mean(levels[_heard(levels)] ** 2))))
        even = _limited(sound * np.float32(gain), _ratio(PEAK_DB))
    return even


def _levels(sound: Floats) -> Floats:
    """RMS of each 20 ms; a last piece of a frame is left out unless it is all there is."""
    whole = len(sound) // FRAME * FRAME
    frames = sound[:whole].reshape(-1, FRAME) if whole else sound.reshape(1, -1) if len(sound) else np.zeros((1, 1), np.float32)
    levels: Floats = np.sqrt(np.mean(frames.astype(np.float64) ** 2, axis=1)).astype(np.float32)
    return levels


def _heard(levels: Floats) -> npt.NDArray[np.intp]:
    """The frames in which something is heard."""
    steady = np.lib.stride_tricks.sliding_window_view(np.pad(levels, (0, SHORTEST_FRAMES - 1)), SHORTEST_FRAMES).min(axis=1)
    floor = max(_ratio(SILENT_DB), float(steady.max()) * _ratio(-PAUSE_DB))
    runs = [range(begin, end) for begin, end in _runs(levels > floor) if end - begin >= SHORTEST_FRAMES]
    return np.array([frame for run in runs for frame in run], dtype=np.intp)


def _runs(loud: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(loud.astype(np.int8), prepend=0, append=0))
    return ((int(begin), int(end)) for begin, end in list(pairwise(edges))[::2])


def _limited(sound: Floats, peak: float) -> Floats:
    """Each 5 ms as quiet as it and its neighbours need, and even steps between them."""
    blocks = -(-len(sound) // BLOCK)
    padded = np.zeros(blocks * BLOCK, np.float32)
    padded[: len(sound)] = np.abs(sound)
    needed = np.minimum(1.0, peak / np.maximum(padded.reshape(blocks, BLOCK).max(axis=1), 1e-9))
    if needed.min() >= 1.0:
        return sound
    around = np.pad(needed, 1, mode="edge")
    lowest = np.minimum(np.minimum(around[:-2], around[1:-1]), around[2:])
    gain = np.interp(np.arange(len(sound)), np.arange(blocks) * BLOCK + BLOCK / 2, lowest)
    limited: Floats = (sound * gain).astype(np.float32)
    return np.clip(limited, -peak, peak)


def _ratio(decibels: float) -> float:
    return float(10 ** (decibels / 20))
