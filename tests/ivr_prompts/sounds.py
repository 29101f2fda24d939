"""Files of sound as people bring them."""

from __future__ import annotations

import io

import av
import numpy as np
import numpy.typing as npt

RATE = 48_000

Floats = npt.NDArray[np.float32]


def tone(seconds: float, pitch: int = 440, level: float = 0.1, rate: int = RATE) -> Floats:
    at = np.arange(int(seconds * rate)) / rate
    return (np.sin(2 * np.pi * pitch * at) * level * 2**0.5).astype(np.float32)


def quiet(seconds: float, level: float = 0.0005, rate: int = RATE) -> Floats:
    return np.random.default_rng(1).normal(0, level, int(seconds * rate)).astype(np.float32)


def encoded(sound: Floats, container: str, codec: str, *, rate: int = RATE, layout: str = "mono") -> bytes:
    """As a file of any kind that FFmpeg writes."""
    out = io.BytesIO()
    with av.open(out, mode="w", format=container) as file:
        stream = file.add_stream(codec, rate=rate)
        assert isinstance(stream, av.AudioStream)
        stream.layout = layout
        frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = RATE
        converted = av.AudioResampler(format=stream.format, layout=layout, rate=rate)
        waiting = av.AudioFifo()
        for piece in (*converted.resample(frame), *converted.resample(None)):
            piece.pts = None
            waiting.write(piece)
        while (piece := waiting.read(stream.codec_context.frame_size or 1024, partial=True)) is not None:  # type: ignore[assignment]
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
    return out.getvalue()


def wav(sound: Floats) -> bytes:
    return encoded(sound, "wav", "pcm_s16le")
