"""Asterisk's files out of the templates in asterisk_conf/ and what the centre knows. Pure but for reading the templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from callcenter.settings import CHECKOUT
from callcenter.telephony.embedded import PbxError
from callcenter.telephony.line import LEASE_S

TEMPLATES = CHECKOUT / "asterisk_conf"

FALLBACK_S = 300
"""The longest wait in the fallback queue."""

ASK_S = 5
"""How long the server has to say whether a number outside may be dialled."""

PICKUP_NUMBER = "*8"
PARK_NUMBER = "700"
PARKING_SLOTS = tuple(str(slot) for slot in range(701, 721))
QUEUE_NUMBERS_FROM = 6001
OUTSIDE_DIGITS = tuple(f"_{plus}{'X' * count}" for count in range(7, 16) for plus in ("", "+"))
"""Extensions for numbers outside: digits alone, of each length that a whole number may have."""

STRATEGIES = ("ringall", "leastrecent", "fewestcalls", "random", "rrmemory", "rrordered", "linear", "wrandom")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{8,64}")
_PASSWORD = re.compile(r"[A-Za-z0-9_.+=~-]{0,128}")
_NUMBER = re.compile(r"\+?[0-9]{2,20}")
_ADDRESS = re.compile(r"[A-Za-z0-9.-]{1,253}")
_HOST_PORT = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?")
_FOLDER = re.compile(r"/[\w /.@+=~-]*")
_LANGUAGE = re.compile(r"[A-Za-z_]{2,10}")


@dataclass(frozen=True)
class SeatPlan:
    """A SIP endpoint that a phone signs in to with its secret: `desk`, any telephone without DTLS and ICE, or else a browser."""

    name: str
    secret: str
    desk: bool = False


@dataclass(frozen=True)
class QueuePlan:
    """A queue; ring_s is how long one agent's phone rings, wrapup_s the least rest that Asterisk itself keeps between two calls."""

    name: str
    strategy: str = "rrmemory"
    ring_s: int = 20
    wrapup_s: int = 3


@dataclass(frozen=True)
class HotlinePlan:
    """A number that callers dial, and the queue that serves it while the server is away."""

    number: str
    fallback: str
    language: str = "zh_CN"


@dataclass(frozen=True)
class RecordPlan:
    """The PostgreSQL database and the tables in which Asterisk keeps its own record."""

    host: str
    port: int
    database: str
    user: str
    password: str
    cel_table: str = "asterisk_cel"
    queue_log_table: str = "asterisk_queue_log"


@dataclass(frozen=True, kw_only=True)
class PbxPlan:
    """Everything that Asterisk's files say. Folders are absolute; socket_folder holds the control socket and must be short.

    language is told to those who came in by no hotline. seat_ring_s is how long a seat rings that is dialled directly, park_s how long
    a parked caller waits before he goes back.
    """

    folder: Path
    socket_folder: Path
    modules: Path
    data: Path
    recordings: Path
    prompts: Path
    ami_host: str
    ami_port: int
    ami_user: str
    ami_secret: str
    sip_host: str
    sip_port: int
    http_port: int
    rtp_low: int
    rtp_high: int
    trunk_host: str = ""
    demo: bool = False
    demo_secret: str = ""
    language: str = "zh_CN"
    seat_ring_s: int = 20
    park_s: int = 120
    seat_outside_calls: int = 2
    seats: tuple[SeatPlan, ...] = ()
    queues: tuple[QueuePlan, ...] = ()
    hotlines: tuple[HotlinePlan, ...] = ()
    record: RecordPlan | None = None


def render(plan: PbxPlan) -> dict[str, str]:
    """File name -> text of every file for Asterisk's etc folder. Raises PbxError with every value that cannot stand in such a file."""
    findings = findings_in(plan)
    if findings:
        raise PbxError("\n".join(findings))
    # These are configuration files: HTML escaping would corrupt them, and findings_in lets no special character through.
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=False, keep_trailing_newline=True, autoescape=False
    )
    values = {
        **{name: getattr(plan, name) for name in PbxPlan.__dataclass_fields__},
        "lease_s": LEASE_S,
        "fallback_s": FALLBACK_S,
        "ask_s": ASK_S,
        "pickup_number": PICKUP_NUMBER,
        "park_number": PARK_NUMBER,
        "parking_slots": PARKING_SLOTS,
        "outside_digits": OUTSIDE_DIGITS,
        "queue_numbers": queue_numbers(plan),
        "trunk_contact": plan.trunk_host,
        "trunk_matches": _trunk_matches(plan),
        "strangers_secret": sha256(f"stranger {plan.ami_secret}".encode()).hexdigest(),
        "ami_permit": "127.0.0.1/255.255.255.255" if plan.ami_host in ("127.0.0.1", "localhost") else "0.0.0.0/0.0.0.0",
    }
    names = sorted(name for name in environment.list_templates() if name.endswith(".conf.j2"))
    return {name.removesuffix(".j2"): environment.get_template(name).render(values) for name in names}


def queue_numbers(plan: PbxPlan) -> list[tuple[str, QueuePlan]]:
    """What a seat dials to send a caller to a queue: 6001 for the plan's first one, and so on."""
    return [(str(number), queue) for number, queue in enumerate(plan.queues, start=QUEUE_NUMBERS_FROM)]


def findings_in(plan: PbxPlan) -> list[str]:
    """Every value of the plan that Asterisk's files cannot carry, each in one line; nothing is stripped or escaped."""
    queues = {queue.name for queue in plan.queues}
    own = (PARK_NUMBER, *PARKING_SLOTS, *(number for number, _ in queue_numbers(plan)))
    checks = [
        *((f"{name}: {getattr(plan, name)}", _FOLDER, str(getattr(plan, name))) for name in _FOLDERS),
        ("ami_host", _ADDRESS, plan.ami_host),
        ("ami_user", _NAME, plan.ami_user),
        ("secret of the manager", _SECRET, plan.ami_secret),
        ("sip_host", _ADDRESS, plan.sip_host),
        *([("trunk_host", _HOST_PORT, plan.trunk_host)] if plan.trunk_host else []),
        *([("secret of the demo phone", _SECRET, plan.demo_secret)] if plan.demo else []),
        *(_of_record(plan.record) if plan.record else ()),
        *((f"seat {seat.name!r}", _NAME, seat.name) for seat in plan.seats),
        *((f"secret of seat {seat.name!r}", _SECRET, seat.secret) for seat in plan.seats),
        *((f"queue {queue.name!r}", _NAME, queue.name) for queue in plan.queues),
        *((f"hotline {line.number!r}", _NUMBER, line.number) for line in plan.hotlines),
        *((f"language of hotline {line.number!r}", _LANGUAGE, line.language) for line in plan.hotlines),
    ]
    findings = [f"{what}: has characters that cannot stand in Asterisk's files" for what, form, text in checks if not form.fullmatch(text)]
    findings += [
        f"queue {q.name!r}: {q.strategy!r} is none of {', '.join(STRATEGIES)}" for q in plan.queues if q.strategy not in STRATEGIES
    ]
    findings += [f"hotline {h.number!r}: there is no queue {h.fallback!r}" for h in plan.hotlines if h.fallback not in queues]
    findings += _doubles("seat", [seat.name for seat in plan.seats]) + _doubles("queue", [queue.name for queue in plan.queues])
    findings += _doubles("hotline", [line.number for line in plan.hotlines])
    findings += _doubles("number", [*own, *{seat.name for seat in plan.seats}, *{line.number for line in plan.hotlines}])
    findings += [f"seat {s.name!r}: this name is Asterisk's own" for s in plan.seats if s.name in _TAKEN]
    findings += [f"queue {q.name!r}: this name is Asterisk's own" for q in plan.queues if q.name == "general"]
    return findings


def _of_record(record: RecordPlan) -> Iterator[tuple[str, re.Pattern[str], str]]:
    yield "host of asterisk_record", _ADDRESS, record.host
    yield "database of asterisk_record", _NAME, record.database
    yield "user of asterisk_record", _NAME, record.user
    yield "password of asterisk_record", _PASSWORD, record.password


_FOLDERS = ("folder", "socket_folder", "modules", "data", "recordings", "prompts")
_PHONES = ("phone", "phone-auth", "phone-aor")
_TAKEN = ("trunk", "demo", "global", "system", *_PHONES, "cc-demo-carrier", "cc-stranger", "transport-udp", "transport-ws")


def _doubles(kind: str, names: list[str]) -> list[str]:
    return [f"{kind} {name!r}: is there twice" for name in sorted({name for name in names if names.count(name) > 1})]


def _trunk_matches(plan: PbxPlan) -> list[str]:
    """Whose calls are the carrier's: the trunk's host; without one the machine itself, for phones and tests beside the server."""
    return [plan.trunk_host.rsplit(":", 1)[0]] if plan.trunk_host else ["127.0.0.1"]
