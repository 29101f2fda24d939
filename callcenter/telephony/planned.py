"""What an Asterisk run by these settings is to be like."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from sqlalchemy.engine import make_url

from callcenter.settings import Settings
from callcenter.telephony.embedded import Installation
from callcenter.telephony.render import HotlinePlan, PbxPlan, QueuePlan, RecordPlan, SeatPlan
from callcenter.telephony.secrets import Secrets


def plan_pbx(
    settings: Settings,
    installation: Installation,
    secrets: Secrets,
    *,
    queues: Iterable[QueuePlan],
    hotlines: Iterable[HotlinePlan],
    desks: Collection[str] = (),
) -> PbxPlan:
    """The plan of an Asterisk run by these settings, with a seat for every secret of a seat; at `desks` nobody uses a browser."""
    return PbxPlan(
        folder=settings.asterisk_dir,
        socket_folder=socket_folder(settings),
        modules=installation.modules,
        data=installation.data,
        recordings=settings.recordings,
        prompts=settings.prompts,
        ami_host=settings.ami_host,
        ami_port=settings.ami_port,
        ami_user=settings.ami_user,
        ami_secret=secrets.ami,
        sip_host=settings.sip_host,
        sip_port=settings.sip_port,
        http_port=settings.asterisk_http_port,
        rtp_low=settings.rtp_low,
        rtp_high=settings.rtp_high,
        trunk_host=settings.trunk_host,
        demo=settings.demo,
        demo_secret=secrets.demo_phone,
        language=settings.language,
        seat_ring_s=settings.ring_timeout_s,
        park_s=settings.park_timeout_s,
        seat_outside_calls=settings.seat_outside_calls,
        seats=tuple(SeatPlan(name, secrets.of(name, desk=name in desks), name in desks) for name in sorted(secrets.seats)),
        queues=tuple(queues),
        hotlines=tuple(hotlines),
        record=_record(settings.record_url),
    )


def with_secrets(plan: PbxPlan, secrets: Secrets) -> PbxPlan:
    """The plan with other secrets for its seats."""
    return replace(plan, seats=tuple(replace(seat, secret=secrets.of(seat.name, desk=seat.desk)) for seat in plan.seats))


def _record(url: str) -> RecordPlan | None:
    if not url:
        return None
    where = make_url(url)
    return RecordPlan(where.host or "", where.port or 5432, where.database or "", where.username or "", where.password or "")


def socket_folder(settings: Settings) -> Path:
    """Where the control socket lies: in the run directory, or in a short private folder, as a socket's path may have 107 bytes at most."""
    own = settings.asterisk_dir / "run"
    if len(os.fsencode(own / "asterisk.ctl")) < 104:
        return own
    name = hashlib.sha256(os.fsencode(own)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"callcenter-{os.getuid()}-{name}"
