"""What stands in the log, and what does not."""

from __future__ import annotations

import asyncio
import logging

import pytest

from callcenter.cli import worth_telling


@pytest.mark.parametrize(("wrong", "told"), [(asyncio.CancelledError(), False), (OSError("disk"), True), (None, True)])
def test_what_is_called_off_at_the_end_is_no_error(wrong: BaseException | None, told: bool) -> None:
    info = (type(wrong), wrong, None) if wrong else None
    assert worth_telling(logging.LogRecord("pool", logging.ERROR, "", 1, "closing a connection", (), info)) is told
