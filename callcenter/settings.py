"""What an installation may set: one frozen record, read once, every wrong value named.

A value is taken from the environment (``CALLCENTER_HTTP_PORT=8081``), else from the TOML file named by ``CALLCENTER_SETTINGS``
(default: ``settings.toml`` in the working directory, when it is there), else from the default below.
"""

from __future__ import annotations

import ipaddress
import os
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

from callcenter import settings_together
from callcenter.settings_together import parts

CHECKOUT = Path(__file__).resolve().parent.parent
"""Where agent_ui/, ivr_flows/ and asterisk_conf/ are found: the package is installed editable from its checkout."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

DEMO_PASSWORDS = "demo-passwords.json"
"""The file in data_dir that tells who may sign in to the demo."""


class SettingsError(Exception):
    """Every wrong setting at once, one line each. `wrong` are their names, `rest` the settings as they are without them."""

    def __init__(self, findings: list[str], wrong: frozenset[str], rest: Settings) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings
        self.wrong = wrong
        self.rest = rest


LOCAL = re.compile(r"[2-9][0-9]{6,7}")
"""The form of a number within an area."""


def setting(default: Any, doc: str, *, low: int | None = None, high: int | None = None, choices: tuple[str, ...] = ()) -> Any:
    return field(default=default, metadata={"doc": doc, "low": low, "high": high, "choices": choices})


@dataclass(frozen=True)
class Home:
    """Where the trunk's lines are: the country whose plan reads a number without its code, and the area of local numbers, '' for none."""

    country: str = "CN"
    area_code: str = ""

    def with_area(self, number: str) -> str:
        """A number that may be one of this area, with the area's code before it; any other as it is.

        Shorter numbers are inner or service numbers, and those that begin with 0 or 1 belong to no area.
        """
        return f"{self.area_code}{number}" if self.area_code and LOCAL.fullmatch(number) else number


CHINA = Home()


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings. Paths are absolute once read; durations are seconds and end in ``_s``."""

    data_dir: Path = setting(Path("var"), "folder of everything the centre writes: database, recordings, prompts, tapes, Asterisk's files")
    language: str = setting("zh_CN", "language of pages before a user has chosen one", choices=("zh_CN", "en"))
    time_zone: str = setting("Asia/Shanghai", "the site's time zone (IANA name); everything is stored in UTC")
    country: str = setting("CN", "country whose numbering plan reads a phone number without a country code (ISO 3166, two letters)")
    area_code: str = setting("", "area code of the trunk's lines, such as 021: completes local numbers of 7 or 8 digits; empty: none is")
    dial_countries: str = setting("", "further countries whose ordinary numbers may be dialled, such as HK,MO; premium rates never are")
    demo: bool = setting(
        False, "demo mode: invented customers, the newcomer's phone at /phone; while it is not set, on in a data_dir that holds the demo"
    )

    http_host: str = setting("127.0.0.1", "address the pages are served on")
    http_port: int = setting(8080, "port the pages are served on", low=1, high=65535)
    http_origin: str = setting("", "address users type when a proxy stands in front, such as https://desk.example.com; empty: our own")
    trusted_proxies: str = setting(
        "", "addresses or networks of the proxies in front, such as 127.0.0.1,10.0.0.0/8: whom they name as the caller counts; empty: none"
    )
    tls_certificate: str = setting("", "file with the certificate chain (PEM); with tls_key it turns HTTPS on")
    tls_key: str = setting("", "file with the certificate's private key (PEM)")

    database: str = setting("", "SQLAlchemy URL of the store (sqlite+aiosqlite or postgresql+asyncpg); empty: centre.sqlite in data_dir")

    asterisk: str = setting(
        "auto",
        "which Asterisk: auto takes an installed one that is new enough, else the embedded one; external is run by somebody else",
        choices=("auto", "installed", "embedded", "external"),
    )
    asterisk_cache: Path = setting(Path("~/.cache/callcenter"), "folder in which embedded Asterisks are kept, by version")
    asterisk_old_ok: bool = setting(False, "accept an installed Asterisk >= 20 that is below the security floor")
    asterisk_first: bool = setting(True, "our Asterisk has the processor before everything else (real time), where this user may")
    asterisk_record: str = setting(
        "",
        "where an Asterisk that is not ours keeps its own record of channels and queues: its log folder, or "
        "postgresql+asyncpg://user:password@host/name",
    )
    ami_host: str = setting("127.0.0.1", "address of Asterisk's manager interface")
    ami_port: int = setting(5038, "port of Asterisk's manager interface", low=1, high=65535)
    ami_user: str = setting("callcenter", "user of Asterisk's manager interface")
    sip_host: str = setting("127.0.0.1", "address the embedded Asterisk takes SIP calls on")
    sip_port: int = setting(5060, "UDP port the embedded Asterisk takes SIP calls on", low=1, high=65535)
    asterisk_http_port: int = setting(8088, "loopback port of Asterisk's WebSocket, passed on to browser phones", low=1, high=65535)
    rtp_low: int = setting(10000, "lowest UDP port for sound", low=1024, high=65000)
    rtp_high: int = setting(10999, "highest UDP port for sound", low=1030, high=65535)
    trunk_host: str = setting("", "host:port of the carrier's SIP trunk for outbound calls; empty: none (in demo mode a pretended one)")

    flows_dir: str = setting("", "folder of the callers' flows; empty: the shipped ones, ivr_flows/")
    services_file: str = setting("", "YAML file of the HTTP services that flows may ask; empty: none")
    actions_module: str = setting("", "Python module, such as our_actions, whose ACTIONS flows may name beside the built-in; empty: none")
    speech: str = setting(
        "bundled",
        "what speaks the prompts: bundled, a command or an http service; the bundled voice also takes the place of one that fails",
        choices=("bundled", "command", "http"),
    )
    speech_command: str = setting(
        "", "command that reads a text and writes a sound (standard input and output); {language} in it becomes zh or en, {voice} the voice"
    )
    speech_url: str = setting("", "address that is sent a text as JSON (text, language, voice) by POST and answers with a sound")
    speech_voice: str = setting("", "the voice that the command or the service is to use; with another one all prompts are spoken anew")
    speech_timeout_s: int = setting(10, "how long the command or the service may take to speak a prompt", low=1, high=60)
    wrapup_s: int = setting(60, "longest wrap-up after a talk", low=0, high=3600)
    queue_timeout_s: int = setting(300, "longest wait in a queue before the flow goes on", low=5, high=7200)
    ring_timeout_s: int = setting(20, "how long one agent's phone rings", low=3, high=120)
    unanswered_offers: int = setting(2, "an agent who leaves so many offers in a row unanswered is paused; 0: never", low=0, high=100)
    seat_outside_calls: int = setting(2, "how many calls outside a seat may have at once that it dialled itself", low=0, high=20)
    park_timeout_s: int = setting(120, "how long a parked caller waits before he goes back to who parked him", low=5, high=3600)
    callback_due_h: int = setting(24, "hours within which a promised callback is due", low=1, high=720)
    asks_a_day: int = setting(10, "messages and callbacks that callers of one number may ask for in 24 hours", low=1, high=1000)
    key_in_tries: int = setting(5, "customers' numbers that a caller may key in wrong before none is looked at any more", low=1, high=100)
    key_in_lock_min: int = setting(30, "minutes for which none is looked at then, and within which they are counted", low=1, high=1440)
    nuisance_calls: int = setting(20, "calls of one number that ask for nobody before it is turned away as a nuisance", low=2, high=1000)
    nuisance_min: int = setting(10, "minutes within which these calls are counted", low=1, high=1440)
    nuisance_marks: int = setting(2, "calls that agents mark as nuisance or as silent before their number is turned away", low=1, high=100)
    nuisance_days: int = setting(7, "days for which a mark as nuisance counts; one as silent counts for a day", low=1, high=365)
    disk_low_gb: int = setting(
        2, "free space for recordings (GB) below which there is an alarm, as there is when a day's do not fit", low=0, high=9_999
    )
    tape_days: int = setting(14, "days for which raw AMI messages are kept", low=1, high=3650)
    session_h: int = setting(14, "hours a sign-in lasts without being used", low=1, high=240)

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite+aiosqlite:///{self.data_dir / 'centre.sqlite'}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def home(self) -> Home:
        return Home(self.country, self.area_code)

    @property
    def dialled_countries(self) -> frozenset[str]:
        return frozenset(part.upper() for part in parts(self.dial_countries))

    @property
    def proxies(self) -> tuple[Network, ...]:
        """The networks of the proxies that are believed."""
        return tuple(ipaddress.ip_network(part) for part in parts(self.trusted_proxies))

    @property
    def https(self) -> bool:
        return bool(self.tls_certificate)

    @property
    def record_url(self) -> str:
        """The database in which Asterisk keeps its own record; empty when it keeps files."""
        return "" if self.asterisk_record.startswith("/") else self.asterisk_record

    @property
    def record_folder(self) -> Path:
        """The folder of the files in which Asterisk keeps its own record."""
        return Path(self.asterisk_record) if self.asterisk_record.startswith("/") else self.asterisk_dir / "log"

    @property
    def recordings(self) -> Path:
        return self.data_dir / "recordings"

    @property
    def prompts(self) -> Path:
        return self.data_dir / "prompts"

    @property
    def tapes(self) -> Path:
        return self.data_dir / "tape"

    @property
    def asterisk_dir(self) -> Path:
        """The run directory of an Asterisk that is ours: etc/, log/, run/, spool/."""
        return self.data_dir / "asterisk"

    @property
    def flows(self) -> Path:
        return Path(self.flows_dir).expanduser().absolute() if self.flows_dir else CHECKOUT / "ivr_flows"

    @property
    def services(self) -> Path | None:
        """The file of the services that flows may ask; None: there is none."""
        return Path(self.services_file).expanduser().absolute() if self.services_file else None


def read(
    environ: Mapping[str, str] = os.environ, overrides: Mapping[str, Any] | None = None, *, defaults: Mapping[str, Any] | None = None
) -> Settings:
    """Read the settings; raise SettingsError naming every value that cannot be used and what would be right.

    `overrides` count more than what is set, `defaults` less.
    """
    findings: list[str] = []
    given: dict[str, Any] = {**(defaults or {}), **_from_file(environ, findings), **_from_environment(environ), **(overrides or {})}
    known = {f.name: f for f in fields(Settings)}
    findings += [_unknown(name, known) for name in given.keys() - known.keys()]
    kinds = get_type_hints(Settings)
    values: dict[str, Any] = {}
    for name, f in known.items():
        try:
            values[name] = _value(given.get(name, f.default), kinds[name], f.metadata)
        except ValueError as wrong:
            findings.append(f"{name}: {wrong} ({f.metadata['doc']})")
            values[name] = _value(f.default, kinds[name], f.metadata)
    findings += settings_together.wrong(values)
    if "demo" not in given:
        values["demo"] = os.path.exists(values["data_dir"] / DEMO_PASSWORDS)
    if findings:
        names = frozenset(name for finding in findings for name in finding.partition(":")[0].split(", ")) & known.keys()
        rest = values | {name: _value(known[name].default, kinds[name], known[name].metadata) for name in names}
        raise SettingsError(sorted(findings), names, Settings(**rest))
    return Settings(**values)


def _unknown(name: str, known: Collection[str]) -> str:
    meant = " or ".join(get_close_matches(name, known, 3))
    return f"{name}: there is no such setting; " + (f"did you mean {meant}?" if meant else f"the settings are {', '.join(known)}")


def _from_file(environ: Mapping[str, str], findings: list[str]) -> dict[str, Any]:
    named = environ.get("CALLCENTER_SETTINGS", "")
    path = Path(named or "settings.toml")
    if not named and not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as wrong:
        findings.append(f"CALLCENTER_SETTINGS: cannot read {path}: {wrong.strerror}")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        findings.append(f"{path}: not a TOML file: {wrong}")
    return {}


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    prefix = "CALLCENTER_"
    return {k.removeprefix(prefix).lower(): v for k, v in environ.items() if k.startswith(prefix) and k != "CALLCENTER_SETTINGS"}


def _value(given: Any, kind: type, limits: Mapping[str, Any]) -> Any:
    """One value in its type and within its limits, or a ValueError that says what was expected."""
    if kind is bool:
        if isinstance(given, bool):
            return given
        if str(given).lower() in ("1", "true", "yes", "on", "0", "false", "no", "off", ""):
            return str(given).lower() in ("1", "true", "yes", "on")
        raise ValueError(f"{given!r} is neither true nor false")
    if kind is int:
        try:
            number = int(str(given))
        except ValueError:
            raise ValueError(f"{given!r} is not a whole number") from None
        if not limits["low"] <= number <= limits["high"]:
            raise ValueError(f"{number} is not between {limits['low']} and {limits['high']}")
        return number
    if not isinstance(given, str | Path):
        raise ValueError(f"{given!r} is not a text")
    text = str(given)
    if kind is Path:
        return _folder(text)
    if limits["choices"] and text not in limits["choices"]:
        raise ValueError(f"{text!r} is none of {', '.join(limits['choices'])}")
    return text


def _folder(text: str) -> Path:
    if not text or "\0" in text:
        raise ValueError(f"{text!r} is no folder")
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:
        raise ValueError(f"{text!r}: there is no such home folder") from None
