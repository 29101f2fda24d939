"""A real Asterisk for tests: one a session, on free ports, in a folder of its own, built from the public functions alone."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from callcenter.settings import Settings, read
from callcenter.telephony import pbx
from callcenter.telephony.embedded import Installation, ensure_asterisk
from callcenter.telephony.planned import plan_pbx
from callcenter.telephony.render import HotlinePlan, PbxPlan, QueuePlan
from callcenter.telephony.secrets import Secrets, secrets
from tests.ports import free_port

SEATS = tuple(str(number) for number in range(1001, 1013))
QUEUES = tuple(QueuePlan(name, ring_s=6) for name in ("orders", "complaints", "english"))
HOTLINES = (
    HotlinePlan("8000000001", "orders", "zh_CN"),
    HotlinePlan("8000000002", "complaints", "zh_CN"),
    HotlinePlan("8000000003", "english", "en"),
)


@dataclass(frozen=True)
class RunningAsterisk:
    """What a test needs to talk to it."""

    settings: Settings
    secrets: Secrets
    plan: PbxPlan
    installation: Installation


@pytest.fixture(scope="session")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAsterisk]:
    """Asterisk with seats 1001-1012, three queues and three hotlines, demo mode on; stopped at the end of the session."""
    settings = free_settings(tmp_path_factory.mktemp("centre"))
    made = secrets(settings, SEATS)
    installation = ensure_asterisk(settings, print)
    plan = plan_pbx(settings, installation, made, queues=QUEUES, hotlines=HOTLINES)
    pbx.start(settings, plan, installation)
    try:
        yield RunningAsterisk(settings, made, plan, installation)
    finally:
        pbx.stop(settings)


def free_settings(folder: Path) -> Settings:
    """Settings for an embedded Asterisk in this folder, on ports that nobody has."""
    low = free_port(socket.SOCK_DGRAM) // 100 * 100
    return read(
        {},
        {
            "data_dir": folder,
            "demo": True,
            "asterisk": "embedded",
            "ami_port": free_port(),
            "sip_port": free_port(socket.SOCK_DGRAM),
            "asterisk_http_port": free_port(),
            "rtp_low": min(low, 64000),
            "rtp_high": min(low, 64000) + 398,
        },
    )
