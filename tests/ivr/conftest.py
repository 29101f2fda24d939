"""Examples of hypothesis have no time limit of their own: on a busy machine it would tell of the machine, not of the code."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
