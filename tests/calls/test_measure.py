"""A recording is looked for where recordings are, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from callcenter.calls.measure import measure
from tests.calls_pages.centre import record


@pytest.mark.parametrize(("leg", "state"), [("a1-1795318974.2", "whole"), ("../outside", "missing"), ("a/b", "missing"), ("", "missing")])
def test_a_leg_whose_id_leads_elsewhere_has_no_recording(tmp_path: Path, leg: str, state: str) -> None:
    record(tmp_path / "recordings", "a1-1795318974.2", 1)
    record(tmp_path, "outside", 1)
    record(tmp_path / "recordings" / "a", "b", 1)
    assert measure(tmp_path / "recordings", leg, 1000).state == state
