"""What people upload becomes a telephone's sound, or is refused for a reason."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
import pytest

from callcenter.ivr.sounds.decoder import MOST_BYTES, Decoder, NoSound
from callcenter.ivr.sounds.sound import LEVEL_DB, PEAK_DB, RATE, Samples, Silent, for_telephone, loudness_db
from tests.ivr_prompts.sounds import Floats, encoded, quiet, tone, wav

KINDS = [
    ("wav", "pcm_s16le", 48_000, "stereo"),
    ("wav", "pcm_alaw", 8_000, "mono"),
    ("mp3", "libmp3lame", 44_100, "stereo"),
    ("ogg", "libopus", 48_000, "mono"),
    ("webm", "libopus", 48_000, "mono"),
    ("ipod", "aac", 44_100, "stereo"),
    ("flac", "flac", 96_000, "mono"),
]


def samples(wav: bytes) -> Samples:
    with wave.open(io.BytesIO(wav), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


@pytest.mark.parametrize(("container", "codec", "rate", "layout"), KINDS)
async def test_every_kind_of_file_becomes_the_same_sound(container: str, codec: str, rate: int, layout: str) -> None:
    spoken = np.concatenate([quiet(1), tone(1.5, level=0.02), quiet(0.3), tone(0.5, level=0.02), quiet(2)])
    sound = await Decoder().decode(encoded(spoken, container, codec, rate=rate, layout=layout))
    heard = samples(sound.wav)
    assert 2300 < sound.ms < 2700, "the seconds of quiet at both ends are cut, the pause is kept"
    assert loudness_db(heard) == pytest.approx(LEVEL_DB, abs=1)
    loudest = np.argmax(np.abs(np.fft.rfft(heard.astype(np.float64))))
    assert loudest * RATE / len(heard) == pytest.approx(440, abs=2)


@pytest.mark.parametrize("level", [0.005, 0.1, 0.9])
async def test_quiet_and_loud_recordings_come_out_alike(level: float) -> None:
    heard = samples((await Decoder().decode(wav(tone(1, level=level / 2**0.5)))).wav)
    assert loudness_db(heard) == pytest.approx(LEVEL_DB, abs=0.5)


def test_no_sample_is_louder_than_the_limit_and_what_is_around_it_stays() -> None:
    soft = tone(2, level=0.05, rate=RATE)
    soft[RATE : RATE + 400] *= 12
    heard = for_telephone(soft)
    assert np.abs(heard.astype(np.int32)).max() <= 32_768 * 10 ** (PEAK_DB / 20)
    before = heard[2000:6000].astype(np.float64)
    assert np.sqrt(np.mean(before**2)) > 0.5 * 32_768 * 10 ** (LEVEL_DB / 20)


def test_a_click_is_not_where_it_begins() -> None:
    clicked = np.concatenate([quiet(1, rate=RATE), tone(1, level=0.1, rate=RATE), quiet(1, rate=RATE)])
    clicked[400:420] = 0.8
    assert len(for_telephone(clicked)) < 1.4 * RATE


@pytest.mark.parametrize("sound", [tone(0), tone(1, level=0), quiet(1, rate=RATE), tone(1, level=0) + np.float32(0.5)])
def test_nothing_to_be_heard(sound: Floats) -> None:
    with pytest.raises(Silent):
        for_telephone(sound)


async def test_what_is_no_sound_says_why(tmp_path: Path) -> None:
    secret = tmp_path / "secret.wav"
    secret.write_bytes(wav(tone(1)))
    lists = (f"#EXTM3U\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n", f"ffconcat version 1.0\nfile {secret}\n")
    noise = np.random.default_rng(1).bytes(100_000)
    for why, file in (
        ("empty", b""),
        ("no_sound", b"this is a letter"),
        ("no_sound", noise),
        ("no_sound", wav(tone(1))[:44]),
        *(("no_sound", text.encode()) for text in lists),
        ("silent", wav(quiet(1))),
        ("too_long", wav(tone(6))),
        ("too_big", bytes(MOST_BYTES + 1)),
    ):
        with pytest.raises(NoSound) as refused:
            await Decoder().decode(file, most_s=5)
        assert refused.value.why == why, file[:20]


async def test_the_same_sound_has_the_same_name_and_another_one_another() -> None:
    one, again, other = [await Decoder().decode(wav(tone(0.5, pitch=pitch))) for pitch in (440, 440, 880)]
    assert one == again
    assert one.sha != other.sha
