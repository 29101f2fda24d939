"""A stereo WAV made of two mono files, whole and in parts."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.calls import sound


def written(path: Path, samples: int, value: int, rate: int = 8000, sides: int = 1) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(sides)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.full(samples * sides, value, dtype="<i2").tobytes())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    written(tmp_path / "1.2-agent.wav", 40_000, 11)
    written(tmp_path / "1.2-caller.wav", 39_000, 22)
    return tmp_path


def whole(made: sound.Stereo) -> bytes:
    return b"".join(sound.pieces(made, 0, made.size))


def test_the_agent_is_left_and_the_caller_right(folder: Path) -> None:
    made = sound.stereo(folder, "1.2")
    with wave.open(io.BytesIO(whole(made))) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (2, 8000, 40_000)
        both = np.frombuffer(file.readframes(40_000), dtype="<i2").reshape(-1, 2)
    assert set(both[:, 0]) == {11}
    assert set(both[:39_000, 1]) == {22}
    assert set(both[39_000:, 1]) == {0}


@given(st.data())
def test_any_part_is_that_part_of_the_whole(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("sound")
    written(folder / "1.2-agent.wav", 33_000, 258)
    written(folder / "1.2-caller.wav", 20_001, 772)
    made = sound.stereo(folder, "1.2")
    start = data.draw(st.integers(0, made.size - 1))
    stop = data.draw(st.integers(start + 1, made.size))
    assert b"".join(sound.pieces(made, start, stop)) == whole(made)[start:stop]


def test_a_side_that_is_missing_is_silent(folder: Path) -> None:
    (folder / "1.2-caller.wav").unlink()
    made = sound.stereo(folder, "1.2")
    assert made.caller is None
    assert made.samples == 40_000


def test_a_file_still_being_written_is_played_as_far_as_it_has_come(tmp_path: Path) -> None:
    written(tmp_path / "1.2-agent.wav", 0, 0)
    with (tmp_path / "1.2-agent.wav").open("ab") as file:
        file.write(b"\1\0" * 500 + b"\1")
    assert sound.stereo(tmp_path, "1.2").samples == 500


def test_no_sound_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(sound.NoSound):
        sound.stereo(tmp_path, "1.2")


@pytest.mark.parametrize("leg", ["../1.2", "", "a/b", "1.2\x00", ".hidden", "1.2\n"])
def test_a_name_that_is_not_ours_is_refused(folder: Path, leg: str) -> None:
    with pytest.raises(sound.NoSound):
        sound.stereo(folder, leg)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"RIFF\0\0\0\0WAVE", b"nothing of the kind, but long enough to be read"])
def test_what_is_no_wav_file_has_no_sound(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(content)
    with pytest.raises(sound.NoSound):
        sound.track(path)


def test_stereo_files_are_not_taken_for_mono(tmp_path: Path) -> None:
    written(tmp_path / "x.wav", 100, 1, sides=2)
    with pytest.raises(sound.NoSound):
        sound.track(tmp_path / "x.wav")


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        (None, None),
        ("bytes=0-", (0, 100)),
        ("bytes=10-19", (10, 20)),
        ("bytes=10-500", (10, 100)),
        ("bytes=-30", (70, 100)),
        ("bytes=-300", (0, 100)),
        ("bytes=1-2,4-5", None),
        ("lines=1-2", None),
        ("bytes=-", None),
    ],
)
def test_ranges(asked: str | None, got: tuple[int, int] | None) -> None:
    assert sound.byte_range(asked, 100) == got


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=20-10", "bytes=-0"])
def test_ranges_that_are_not_there(asked: str) -> None:
    with pytest.raises(sound.BadRange):
        sound.byte_range(asked, 100)
