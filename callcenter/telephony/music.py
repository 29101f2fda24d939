"""Music for those who wait: Debian's Asterisk brings none, so a quiet melody is made here."""

from __future__ import annotations

import os
import wave
from pathlib import Path

import numpy as np

RATE = 8000
BEAT_S = 0.6
# Semitones above A3, a pentatonic tune: none of its intervals is harsh however long one waits.
MELODY = (3, 7, 10, 12, 10, 7, 5, 3, 0, 3, 5, 7, 5, 3, 0, -2, 3, 7, 12, 15, 12, 10, 7, 10, 5, 7, 3, 0, 3, 5, 3, 3)


def ensure_music(folder: Path) -> Path:
    """Write ``melody.wav`` (8 kHz, mono, 16 bit, about 20 s) unless it is there; returns its path."""
    path = folder / "melody.wav"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".melody.{os.getpid()}"
    with wave.open(str(partial), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(_samples().astype("<i2").tobytes())
    partial.replace(path)
    return path


def _samples() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The tune at about -20 dBFS: each note rings on into the next ones; the end rings into the beginning."""
    beat = int(RATE * BEAT_S)
    ring = 4 * beat
    seconds = np.arange(ring) / RATE
    whole = np.zeros(len(MELODY) * beat)
    for place, semitone in enumerate(MELODY):
        pitch = 220 * 2 ** (semitone / 12)
        tone = np.sin(2 * np.pi * pitch * seconds) + 0.3 * np.sin(4 * np.pi * pitch * seconds)
        note = tone * np.exp(-2.5 * seconds) * np.minimum(1, seconds / 0.02)
        whole[(place * beat + np.arange(ring)) % len(whole)] += note
    return np.asarray(whole / np.max(np.abs(whole)) * 6000)
