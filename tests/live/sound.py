"""Listening to recordings: which tones are in them."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np


def samples(path: Path) -> np.ndarray:
    """The samples of a WAV file; columns are channels where there are several."""
    with wave.open(str(path), "rb") as sound:
        flat = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2").astype(float)
        return flat.reshape(-1, sound.getnchannels()) if sound.getnchannels() > 1 else flat


def share(of: np.ndarray, hertz: float, rate: int = 8000) -> float:
    """How much of the sound's power is within 10 Hz of a tone, 0 to 1; 0 for silence."""
    power = np.abs(np.fft.rfft(of)) ** 2
    power[0] = 0
    if not power.sum():
        return 0.0
    frequencies = np.fft.rfftfreq(len(of), 1 / rate)
    return float(power[np.abs(frequencies - hertz) < 10].sum() / power.sum())


def from_alaw(coded: bytes) -> np.ndarray:
    """The samples of A-law sound (ITU-T G.711)."""
    code = np.frombuffer(coded, dtype=np.uint8).astype(int) ^ 0x55
    segment, step = (code >> 4) & 7, code & 15
    size = np.where(segment == 0, step * 16 + 8, (step * 16 + 264) << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, size, -size).astype(float)
