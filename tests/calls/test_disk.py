"""There is an alarm before the disk is full, and when nothing can be written."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from callcenter.calls.disk import BYTES_A_SECOND, Disk, trouble

EVERYTHING = 1 << 62


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of its own on which nothing is free."""
    folder = tmp_path / "full"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    try:
        (folder / "old.wav").write_bytes(bytes(shutil.disk_usage(folder).free))
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_disk_with_room_is_no_trouble(tmp_path: Path) -> None:
    assert trouble(tmp_path / "recordings", 1, 1) == ""
    assert list((tmp_path / "recordings").iterdir()) == []


def test_little_room_is_told_before_there_is_none(tmp_path: Path) -> None:
    assert trouble(tmp_path, EVERYTHING, 0).endswith("GB are free for recordings")
    assert trouble(tmp_path, 0, EVERYTHING).endswith("less than those of one day")


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert trouble(tmp_path / "file" / "recordings", 0, 0) == "recordings cannot be written (Not a directory)"


def test_a_full_disk_is_told(full: Path) -> None:
    assert trouble(full, 0, 0) == f"recordings cannot be written ({os.strerror(28)})"
    (full / "old.wav").unlink()
    assert trouble(full, 0, 0) == ""


async def test_a_days_recordings_must_fit(tmp_path: Path) -> None:
    seconds, asked = [0.0], list[int]()

    async def seconds_since(since: int) -> float:
        asked.append(since)
        return seconds[0]

    disk = Disk(tmp_path, 0, seconds_since)
    await disk.look(100_000_000)
    assert (disk.trouble, asked) == ("", [13_600_000])
    seconds[0] = shutil.disk_usage(tmp_path).total / BYTES_A_SECOND + 1
    await disk.look(100_000_000)
    assert "less than those of one day" in disk.trouble
