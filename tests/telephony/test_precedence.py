"""Asterisk's precedence on the processor."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator

import pytest

from callcenter.telephony import precedence
from callcenter.telephony.precedence import PRIORITY, put_first


@pytest.fixture
def other() -> Iterator[int]:
    with subprocess.Popen(["sleep", "600"]) as running:
        yield running.pid
        running.kill()


def test_a_process_goes_first_where_the_machine_lets_us_and_as_everybody_else_again(other: int) -> None:
    first = put_first(other)
    expected = (os.SCHED_RR, PRIORITY) if first else (os.SCHED_OTHER, 0)
    assert (os.sched_getscheduler(other), os.sched_getparam(other).sched_priority) == expected
    assert put_first(other, wanted=False)
    assert os.sched_getscheduler(other) == os.SCHED_OTHER


@pytest.mark.parametrize("why", [errno.EPERM, errno.ENOSYS])
def test_a_machine_that_does_not_let_us_is_told_of(other: int, why: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(why, "")

    monkeypatch.setattr(precedence.os, "sched_setscheduler", refused)
    assert not put_first(other)
    assert put_first(other, wanted=False)


def test_a_process_that_is_not_there_is_an_error() -> None:
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    with pytest.raises(FileNotFoundError):
        put_first(gone.pid)
