"""The file of services: which HTTP services flows may ask, and what their answers mean. Read as strictly as a flow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from jsonpointer import JsonPointer, JsonPointerException
from yarl import URL

from callcenter.ivr.actions.http import OF_CALL, SECRET, Reply, Service, Taken, Web, ask_http, secret_in
from callcenter.ivr.actions.template import places, wrong_address
from callcenter.ivr.language.action import INPUT_KINDS, MOST_LIMIT_S, SLOT_KINDS, BadAction
from callcenter.ivr.language.finding import Finding, at_most
from callcenter.ivr.language.reader import (
    Enough,
    Key,
    Reading,
    Spoilt,
    compose,
    entries,
    items,
    number,
    one_of,
    record,
    text,
    text_of,
    yes_or_no,
)
from callcenter.ivr.language.words import title

MOST_KIB = 1024
HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
OURS = frozenset(
    {"host", "content-length", "content-type", "transfer-encoding", "connection", "accept-encoding", "idempotency-key", "cookie"}
)
"""Headers that are set here and not in the file."""


def read_services(file: Path) -> tuple[tuple[Service, ...], tuple[Finding, ...]]:
    """The services of a file that can be asked, and everything that is wrong with it."""
    reading = Reading(str(file))
    try:
        source = text_of(file)
    except OSError as wrong:
        return (), (Finding(str(file), 1, f"cannot be read: {wrong.strerror}"),)
    services = []
    try:
        for name, (key, node) in entries(compose(source, reading), reading, "services by name").items():
            with suppress(Spoilt):
                services.append(_service(name, key, node, reading))
    except (Spoilt, Enough):
        pass
    return tuple(services), at_most((*reading.warnings, *reading.findings))


def _service(name: str, key: yaml.Node, node: yaml.Node, reading: Reading) -> Service:
    given = record(node, reading, KEYS, f"service {name!r}")
    service = Service(name=name, **given)
    before = len(reading.findings)
    for wrong in (*_wrong_places(service), *_wrong_headers(service), *_wrong_secret(service), *_wrong_replies(service)):
        reading.wrong(key, f"service {name!r}: {wrong}")
    if service.same_again and not service.effect:
        reading.wrong(key, f"service {name!r}: 'same_again' is for a service with an effect")
    if len(reading.findings) == before:
        try:
            ask_http(Web(), service)
        except BadAction as bad:
            reading.wrong(key, str(bad))
    if len(reading.findings) > before:
        raise Spoilt
    if service.secret_file and URL(service.url, encoded=True).scheme == "http" and not _here(service):
        reading.warn(key, f"service {name!r}: its secret goes through the network for everybody to read: use https")
    return service


def _here(service: Service) -> bool:
    """Whether it is asked on this machine."""
    return URL(service.url, encoded=True).host in ("localhost", "127.0.0.1", "::1")


def _wrong_places(service: Service) -> Iterable[str]:
    known = {*service.inputs, *OF_CALL}
    for name in sorted({*service.inputs} & {*OF_CALL, SECRET}):
        yield f"the input {name!r} is what the call tells: choose another name"
    for where, template in (("url", service.url), *service.body.items()):
        for name in places(template):
            if name not in known:
                yield f"{where}: nothing fills {{{name}}}; known are {', '.join(sorted(known))}"
    used = {name for template in (service.url, *service.body.values()) for name in places(template)}
    yield from (f"the input {name!r} is used nowhere" for name in service.inputs if name not in used)
    if service.body and service.method != "POST":
        yield "'body' goes with method: POST"


def _wrong_headers(service: Service) -> Iterable[str]:
    for name, value in service.headers.items():
        if not HEADER.fullmatch(name) or name.lower() in OURS:
            yield f"the header {name!r} cannot be given here"
        if not value.isascii() or not value.isprintable():
            yield f"the header {name!r}: expected plain letters"
        if any(place != SECRET for place in places(value)):
            yield f"the header {name!r}: nothing but {{{SECRET}}} is filled in"
    wanted = any(SECRET in places(value) for value in service.headers.values())
    if wanted != bool(service.secret_file):
        yield "'secret_file' and a header with {secret} go together"


def _wrong_secret(service: Service) -> Iterable[str]:
    if not service.secret_file:
        return
    path = Path(service.secret_file)
    if not path.is_absolute():
        yield f"expected the whole path of secret_file, got {service.secret_file!r}"
        return
    try:
        secret_in(service.secret_file)
    except OSError as wrong:
        yield f"secret_file {path} cannot be read: {wrong.strerror}"
    except ValueError as wrong:
        yield f"secret_file: {wrong}"
    else:
        if path.stat().st_mode & 0o007:
            yield f"secret_file {path} can be read by everybody on this machine: chmod 600 {path}"


def _wrong_replies(service: Service) -> Iterable[str]:
    kinds: dict[str, str] = {}
    for reply in service.replies:
        for name, taken in reply.slots.items():
            if kinds.setdefault(name, taken.kind) != taken.kind:
                yield f"the slot {name!r} is {kinds[name]} in one reply and {taken.kind} in another"


# --- the keys ----------------------------------------------------------------------------------------------------------------------------


def _url(node: yaml.Node, reading: Reading) -> str:
    given = text(node, reading)
    if wrong := wrong_address(given):
        reading.refuse(node, wrong)
    return given


def _pointer(node: yaml.Node, reading: Reading) -> str:
    given = text(node, reading)
    try:
        JsonPointer(given)
    except JsonPointerException:
        reading.refuse(node, f"expected a JSON pointer such as /order/state, got {given[:40]!r}")
    return given


def _texts(node: yaml.Node, reading: Reading, what: str = "texts by name") -> Mapping[str, str]:
    return {name: text(value, reading) for name, (_, value) in entries(node, reading, what).items()}


def _inputs(node: yaml.Node, reading: Reading) -> Mapping[str, str]:
    return {name: one_of(INPUT_KINDS)(value, reading) for name, (_, value) in entries(node, reading, "inputs with their kinds").items()}


def _where(node: yaml.Node, reading: Reading) -> Mapping[str, str]:
    found = entries(node, reading, "values by JSON pointer")
    return {_pointer(key, reading): text(value, reading) for key, value in found.values()}


def _slots(node: yaml.Node, reading: Reading) -> Mapping[str, Taken]:
    keys = {"at": Key(_pointer), "kind": Key(one_of(SLOT_KINDS), "text")}
    found = entries(node, reading, "slots by name")
    return {name: Taken(**record(value, reading, keys, "a slot")) for name, (_, value) in found.items()}


def _reply(node: yaml.Node, reading: Reading) -> Reply:
    return Reply(**record(node, reading, REPLY_KEYS, "a reply"))


def _replies(node: yaml.Node, reading: Reading) -> Any:
    return items(node, reading, _reply, "a list of replies")


def _called(node: yaml.Node, reading: Reading) -> Mapping[str, tuple[str, str]]:
    return {result: title(value, reading) for result, (_, value) in entries(node, reading, "titles by result").items()}


REPLY_KEYS: Mapping[str, Key] = {
    "status": Key(number(100, 599)),
    "where": Key(_where, {}),
    "result": Key(text),
    "slots": Key(_slots, {}),
}
KEYS: Mapping[str, Key] = {
    "title": Key(title, None),
    "what": Key(text),
    "url": Key(_url),
    "method": Key(one_of(("GET", "POST")), "GET"),
    "inputs": Key(_inputs, {}),
    "headers": Key(partial(_texts, what="headers"), {}),
    "secret_file": Key(text, ""),
    "body": Key(partial(_texts, what="a body's texts by name"), {}),
    "limit_s": Key(number(1, int(MOST_LIMIT_S)), 3),
    "most_kib": Key(number(1, MOST_KIB), 64),
    "effect": Key(yes_or_no, False),
    "same_again": Key(yes_or_no, False),
    "replies": Key(_replies),
    "called": Key(_called, {}),
}
