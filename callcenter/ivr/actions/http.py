"""Asking an HTTP service: within a time and a size, at the address that the centre's owner gave and nowhere else."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

import aiohttp
from jsonpointer import JsonPointer
from yarl import URL

from callcenter.ivr.actions.rest import IN_A_ROW, REST_S, Rests, Unanswered
from callcenter.ivr.actions.running import ActionFailed
from callcenter.ivr.actions.template import Unfillable, address, text
from callcenter.ivr.language.action import Action, Answer, Asked, Input

CONNECTIONS = 32
"""To one host at once: one that hangs keeps nobody from the others."""
CHUNK = 8192
CHARSETS = ("utf-8", "gb18030", "gbk", "gb2312", "us-ascii", "iso-8859-1")
SECRET = "secret"
"""A header's place for what stands in the service's secret_file."""
OF_CALL = ("call", "hotline", "number", "language")
"""What an address or a body may name beside the inputs."""
MOST_SECRET = 4096


@dataclass(frozen=True, slots=True)
class Taken:
    """A slot out of the answer: the JSON pointer to its value, and the kind it is spoken as."""

    at: str
    kind: str


@dataclass(frozen=True)
class Reply:
    """One answer that the service may give: its HTTP status, values at JSON pointers that make it this one, and what it means."""

    status: int
    result: str
    where: Mapping[str, str] = field(default_factory=dict)
    slots: Mapping[str, Taken] = field(default_factory=dict)

    @property
    def read(self) -> bool:
        return bool(self.where or self.slots)


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service of somebody else's. Of `replies` the first that fits counts. `limit_s` seconds and `most_kib` bound its answer.

    `called`: what people call its results, in Chinese and English. `secret_file` holds one line, for {secret} in `headers`; it is read at
    each asking. `same_again`: asked twice with one Idempotency-Key it changes nothing the second time.
    """

    name: str
    title: tuple[str, str] | None
    what: str
    url: str
    method: str
    inputs: Mapping[str, str]
    headers: Mapping[str, str]
    secret_file: str
    body: Mapping[str, str]
    limit_s: int
    most_kib: int
    effect: bool
    same_again: bool
    replies: tuple[Reply, ...]
    called: Mapping[str, tuple[str, str]]


class Web:
    """The connections to services. Open it with `async with`; what is asked before raises ActionFailed."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._rests = Rests(now)

    async def __aenter__(self) -> Web:
        # No cookies, no proxies or passwords out of the environment, nothing unpacked: what comes is what is counted.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, limit_per_host=CONNECTIONS),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "callcenter"},
            auto_decompress=False,
            trust_env=False,
        )
        return self

    async def __aexit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def ask(self, service: Service, asked: Asked) -> Answer:
        """The service's answer. Raise ActionFailed for whatever cannot be used, and while the service rests."""
        if self._session is None:
            raise ActionFailed("services are not asked here")
        if self._rests.rests(service.name):
            raise ActionFailed(f"{_host(service)} is left alone for {REST_S:g} s: {IN_A_ROW} times in a row it did not answer")
        values = _values(asked)
        try:
            url = URL(address(service.url, values), encoded=True)
        except Unfillable as wrong:
            raise ActionFailed(str(wrong)) from None
        headers = {name: text(value, {SECRET: await _secret(service)}) for name, value in service.headers.items()}
        if service.effect:
            headers["Idempotency-Key"] = asked.key
        body = {name: text(value, values) for name, value in service.body.items()} if service.method == "POST" else None
        with self._rests.noting(service.name):
            try:
                async with self._session.request(service.method, url, headers=headers, json=body, allow_redirects=False) as response:
                    return await _understood(service, response)
            except aiohttp.ClientError as wrong:
                # Not its text: that tells the address, and with it what the caller keyed in.
                reason = getattr(wrong, "os_error", None) or type(wrong).__name__
                raise Unanswered(f"{_host(service)} did not answer: {reason}") from None


def ask_http(web: Web, service: Service) -> Action:
    """A service as an action of its own name."""

    async def ask(asked: Asked) -> Answer:
        return await web.ask(service, asked)

    return Action(
        name=service.name,
        title=service.title,
        what=service.what,
        inputs={name: Input(kind) for name, kind in service.inputs.items()},
        results=tuple(dict.fromkeys(reply.result for reply in service.replies)),
        called=service.called,
        sets={slot: taken.kind for reply in service.replies for slot, taken in reply.slots.items()},
        fills=_fills(service),
        effect=service.effect,
        same_again=service.same_again,
        limit_s=service.limit_s,
        run=ask,
    )


def _fills(service: Service) -> Mapping[str, tuple[str, ...]]:
    """Several replies may mean the same: what all of them fill."""
    fills: dict[str, tuple[str, ...]] = {}
    for reply in service.replies:
        before = fills.get(reply.result, tuple(reply.slots))
        fills[reply.result] = tuple(slot for slot in before if slot in reply.slots)
    return fills


def _values(asked: Asked) -> dict[str, str]:
    return {**asked.inputs, "call": asked.call, "hotline": asked.hotline, "number": asked.number, "language": asked.language}


async def _secret(service: Service) -> str:
    if not service.secret_file:
        return ""
    try:
        return await asyncio.to_thread(secret_in, service.secret_file)
    except (OSError, ValueError) as wrong:
        raise ActionFailed(f"its secret cannot be read: {wrong}") from None


def secret_in(file: str) -> str:
    """The one line of a secret's file. Raise OSError, or ValueError that does not tell it."""
    with Path(file).open("rb") as opened:
        found = opened.read(MOST_SECRET + 1).strip()
    if not found or len(found) > MOST_SECRET or not found.isascii() or not found.decode().isprintable():
        raise ValueError(f"expected {file} to hold one line of at most {MOST_SECRET} letters")
    return found.decode()


async def _understood(service: Service, response: aiohttp.ClientResponse) -> Answer:
    replies = [reply for reply in service.replies if reply.status == response.status]
    if not replies:
        redirect = ", a redirect, which is not followed" if 300 <= response.status < 400 else ""
        raise ActionFailed(f"{_host(service)} answered with status {response.status}{redirect}")
    content = await _content(service, response) if any(reply.read for reply in replies) else None
    for reply in replies:
        if all(_plain(content, at) == value for at, value in reply.where.items()):
            return Answer(reply.result, {name: _needed(content, taken.at) for name, taken in reply.slots.items()})
    raise ActionFailed(f"{_host(service)} answered with status {response.status} and values that mean nothing here")


async def _content(service: Service, response: aiohttp.ClientResponse) -> Any:
    """The answer's JSON. What is longer than allowed is not read to its end: the connection is closed."""
    packed = response.headers.get("Content-Encoding", "identity")
    if packed != "identity":
        response.close()
        raise ActionFailed(f"{_host(service)} packed its answer, though it was asked not to")
    most, read = service.most_kib * 1024, bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        read += chunk
        if len(read) > most:
            response.close()
            raise ActionFailed(f"{_host(service)} answered more than {service.most_kib} KiB")
    charset = (response.charset or "utf-8").lower()
    try:
        if charset not in CHARSETS:
            raise ValueError("unknown charset")
        return json.loads(read.decode(charset), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ActionFailed(f"{_host(service)} answered with what is no JSON: {len(read)} bytes of {response.content_type}") from None


def _no_number(constant: str) -> NoReturn:
    raise ValueError(constant)


def _plain(content: Any, at: str) -> str | None:
    """A text, number, true or false at a JSON pointer, as text; None where there is none."""
    found = JsonPointer(at).resolve(content, None)
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, str | int | Decimal):
        return str(found)
    return None


def _needed(content: Any, at: str) -> str:
    found = _plain(content, at)
    if found is None:
        raise ActionFailed(f"its answer has no text or number at {at}")
    return " ".join(found.split())


def _host(service: Service) -> str:
    return URL(service.url.partition("{")[0], encoded=True).host or "it"
