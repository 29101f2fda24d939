"""A caller who asks an action something."""

from __future__ import annotations

from callcenter.ivr.language.action import Asked


def asked(**inputs: str) -> Asked:
    """An unrecognised caller, who speaks Chinese."""
    return Asked(
        call="call-1", hotline="8000000001", customer=None, number="13800000001", language="zh", inputs=inputs, key="call-1/step/2"
    )
