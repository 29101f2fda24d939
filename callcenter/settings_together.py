"""What is wrong with settings that are each well formed: no such place, no such file, two that do not go together."""

from __future__ import annotations

import ipaddress
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from phonenumbers import SUPPORTED_REGIONS
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError


def wrong(values: Mapping[str, Any]) -> list[str]:
    """A line for each, which begins with the setting's name."""
    findings = [*_site(values), *_pages(values), *_addresses(values), *_flows(values), *_speech(values), *_ports(values)]
    return findings + (_database(values["database"]) if values["database"] else [])


def parts(listed: str) -> list[str]:
    """What a setting lists with commas."""
    return [part.strip() for part in listed.split(",") if part.strip()]


def _site(values: Mapping[str, Any]) -> list[str]:
    findings = []
    try:
        ZoneInfo(values["time_zone"])
    except (KeyError, ValueError, OSError):
        findings.append(f"time_zone: {values['time_zone']!r} is no time zone; Asia/Shanghai is one")
    if values["country"] not in SUPPORTED_REGIONS:
        findings.append(f"country: {values['country']!r} is no country with a numbering plan; CN is one")
    if not re.fullmatch(r"0?[1-9][0-9]{0,4}|", values["area_code"], re.ASCII):
        findings.append(f"area_code: {values['area_code']!r} is no area code; 021 is one")
    if strange := [code for code in parts(values["dial_countries"]) if code.upper() not in SUPPORTED_REGIONS]:
        findings.append(f"dial_countries: {', '.join(strange)}: no country with a numbering plan; HK is one")
    return findings


def _pages(values: Mapping[str, Any]) -> list[str]:
    findings = _proxies(values["trusted_proxies"])
    if values["http_origin"] and not re.fullmatch(r"https?://[^/\s@?#]+", values["http_origin"]):
        findings.append(f"http_origin: {values['http_origin']!r} is no address such as https://desk.example.com, without a path")
    if bool(values["tls_certificate"]) != bool(values["tls_key"]):
        findings.append("tls_certificate, tls_key: HTTPS needs both")
    files = [(name, values[name]) for name in ("tls_certificate", "tls_key") if values[name]]
    return findings + [f"{name}: there is no file {path}" for name, path in files if not Path(path).is_file()]


def _addresses(values: Mapping[str, Any]) -> list[str]:
    hosts = [name for name in ("http_host", "ami_host", "sip_host") if not _is_host(values[name])]
    findings = [f"{name}: {values[name]!r} is no address such as 127.0.0.1" for name in hosts]
    if values["trunk_host"] and not _is_trunk(values["trunk_host"]):
        findings.append(f"trunk_host: {values['trunk_host']!r} is no address such as sip.carrier.example:5060")
    if not re.fullmatch(r"[\w.-]+", values["ami_user"], re.ASCII):
        findings.append(f"ami_user: {values['ami_user']!r} is no name such as callcenter")
    if values["rtp_high"] - values["rtp_low"] < 9:
        findings.append("rtp_low, rtp_high: at least ten ports are needed, two for each leg of a call")
    return findings + (_record(values["asterisk_record"]) if values["asterisk_record"] else [])


def _is_host(text: str) -> bool:
    """A name, or an address: what is made of digits alone is no name."""
    if re.fullmatch(r"[\d.]+|.*:.*", text):
        try:
            ipaddress.ip_address(text)
        except ValueError:
            return False
        return True
    return re.fullmatch(r"[\w.-]+", text, re.ASCII) is not None


def _is_trunk(text: str) -> bool:
    host, colon, port = text.partition(":")
    return _is_host(host) and (not colon or (port.isdecimal() and 0 < int(port) < 65536))


def _flows(values: Mapping[str, Any]) -> list[str]:
    findings = []
    if values["flows_dir"] and not Path(values["flows_dir"]).expanduser().is_dir():
        findings.append(f"flows_dir: there is no folder {values['flows_dir']}")
    if values["services_file"] and not Path(values["services_file"]).expanduser().is_file():
        findings.append(f"services_file: there is no file {values['services_file']}")
    if values["actions_module"] and not all(part.isidentifier() for part in values["actions_module"].split(".")):
        findings.append(f"actions_module: {values['actions_module']!r} is no module such as our_actions")
    return findings


def _proxies(listed: str) -> list[str]:
    findings = []
    for part in parts(listed):
        try:
            ipaddress.ip_network(part)
        except ValueError:
            findings.append(f"trusted_proxies: {part!r} is no address and no network such as 10.0.0.0/8")
    return findings


def _speech(values: Mapping[str, Any]) -> list[str]:
    """An engine of the site's own must be named."""
    if values["speech"] == "http" and not re.fullmatch(r"https?://[^/\s@?#]+(/\S*)?", values["speech_url"]):
        return [f"speech_url: {values['speech_url']!r} is no address such as http://127.0.0.1:5002/speak"]
    if values["speech"] == "command":
        try:
            words = shlex.split(values["speech_command"])
        except ValueError as wrong:
            return [f"speech_command: {wrong}"]
        if not words:
            return ["speech_command: a command was expected, such as: piper --model {language}.onnx --output-file -"]
    return []


def _ports(values: Mapping[str, Any]) -> list[str]:
    names = ["http_port", "asterisk_http_port", *([] if values["asterisk"] == "external" else ["ami_port"])]
    taken: dict[int, list[str]] = {}
    for name in names:
        taken.setdefault(values[name], []).append(name)
    return [f"{', '.join(names)}: {port} serves one of them only" for port, names in taken.items() if len(names) > 1]


def _record(place: str) -> list[str]:
    if place.startswith("/"):
        return [] if Path(place).is_dir() else [f"asterisk_record: there is no folder {place}"]
    try:
        where = make_url(place)
    except (ArgumentError, ValueError):
        where = None
    if where is not None and where.drivername == "postgresql+asyncpg" and where.host and where.database and where.username:
        return []
    return ["asterisk_record: expected a folder such as /var/log/asterisk, or postgresql+asyncpg://user:password@host/name"]


def _database(url: str) -> list[str]:
    try:
        driver = make_url(url).drivername
    except (ArgumentError, ValueError):
        driver = ""
    if driver in ("sqlite+aiosqlite", "postgresql+asyncpg"):
        return []
    # Not the value itself: it may carry a password.
    return ["database: expected sqlite+aiosqlite:///folder/file or postgresql+asyncpg://user:password@host/name"]
