"""Who asked, when proxies stand in front: what they say of him counts only from those that the setting trusted_proxies names."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence

from aiohttp import web

from callcenter.settings import Network
from callcenter.web.app_keys import SETTINGS


def asked_from(request: web.Request) -> str:
    """The address that a request came from; '' when it has none, as on a Unix socket."""
    return came_from(request.remote or "", request.headers.getall("X-Forwarded-For", ()), request.app[SETTINGS].proxies)


def is_secure(request: web.Request) -> bool:
    """Whether the browser speaks HTTPS, with us or with the proxy in front."""
    settings = request.app[SETTINGS]
    if settings.https or settings.http_origin.startswith("https:"):
        return True
    # The last one is the word of the proxy that asks us; those before it anybody may have written.
    said = request.headers.getall("X-Forwarded-Proto", ("",))[-1].rpartition(",")[2].strip().lower()
    return said == "https" and _among(request.remote or "", settings.proxies)


def came_from(peer: str, forwarded: Iterable[str], trusted: Sequence[Network]) -> str:
    """The right-most address that is no trusted proxy's, `peer` being the last in the row; where all are trusted, the first.

    forwarded: the lines of X-Forwarded-For in their order. What is no address ends the row: nobody before it is believed.
    """
    believed = peer
    said = [part.strip() for line in forwarded for part in line.split(",")]
    while said and _among(believed, trusted):
        told = _plain(said.pop())
        if told is None:
            break
        believed = told
    return believed


def _among(text: str, networks: Sequence[Network]) -> bool:
    plain = _plain(text)
    if plain is None:
        return False
    one = ipaddress.ip_address(plain)
    return any(one.version == network.version and one in network for network in networks)


def _plain(text: str) -> str | None:
    """An address in one form, without the port that some proxies add; None for anything else."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        one = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = one.ipv4_mapped if isinstance(one, ipaddress.IPv6Address) else None
    return str(mapped or one)
