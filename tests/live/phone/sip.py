"""SIP messages as text: read, written, signed. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_SHORT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type", "r": "refer-to"}


class Unreadable(ValueError):
    """Bytes that are no SIP message."""


@dataclass(frozen=True)
class SipMessage:
    """A request or a response. `start` is its first line; `headers` are in order, names in lower case."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: str = ""

    def get(self, name: str) -> str:
        """The first header of this name, '' when there is none."""
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    @property
    def is_response(self) -> bool:
        return self.start.startswith("SIP/2.0 ")

    @property
    def status(self) -> int:
        return int(self.start.split()[1]) if self.is_response else 0

    @property
    def method(self) -> str:
        """The request's method; of a response the one it answers."""
        return self.get("cseq").split()[1] if self.is_response else self.start.split()[0]

    @property
    def user(self) -> str:
        """Whom a request is for: the name before the @ of its first line."""
        found = re.match(r"\S+ sips?:([^@;>]*)@", self.start)
        return found[1] if found else ""

    def tag(self, name: str) -> str:
        found = re.search(r";tag=([^;\s>]+)", self.get(name))
        return found[1] if found else ""

    def target(self) -> str:
        """The URI of Contact."""
        found = re.search(r"<([^>]+)>", self.get("contact"))
        return found[1] if found else self.get("contact")

    def encoded(self) -> bytes:
        lines = [self.start, *(f"{_written(name)}: {value}" for name, value in self.headers if name != "content-length")]
        body = self.body.encode()
        return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def read(data: bytes) -> SipMessage:
    """Raise Unreadable when it is none."""
    head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
    first, *lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
    if "SIP/2.0" not in first:
        raise Unreadable(first[:80])
    pairs = (line.partition(":") for line in lines)
    headers = tuple((_SHORT.get(name.strip().lower(), name.strip().lower()), value.strip()) for name, _, value in pairs)
    return SipMessage(first, headers, body)


def response(to: SipMessage, status: int, words: str, tag: str, more: Iterable[tuple[str, str]] = (), body: str = "") -> SipMessage:
    """An answer to a request, with our tag where the request's To has none."""
    copied = [(name, value) for name, value in to.headers if name in ("via", "from", "call-id", "cseq")]
    whom = to.get("to") if to.tag("to") else f"{to.get('to')};tag={tag}"
    return SipMessage(f"SIP/2.0 {status} {words}", (*copied, ("to", whom), *more), body)


def authorization(challenge: str, user: str, secret: str, method: str, uri: str) -> str:
    """The Authorization header that answers a WWW-Authenticate (digest with MD5)."""
    asked: Mapping[str, str] = {name: value or bare for name, value, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', challenge)}
    cnonce, count = "0a4f113b", "00000001"
    proof = _md5(f"{user}:{asked['realm']}:{secret}"), _md5(f"{method}:{uri}")
    middle = f"{asked['nonce']}:{count}:{cnonce}:auth" if "qop" in asked else asked["nonce"]
    said = {
        "username": user,
        "realm": asked["realm"],
        "nonce": asked["nonce"],
        "uri": uri,
        "response": _md5(f"{proof[0]}:{middle}:{proof[1]}"),
    }
    if "opaque" in asked:
        said["opaque"] = asked["opaque"]
    quoted = ", ".join(f'{name}="{value}"' for name, value in said.items())
    return f"Digest {quoted}, algorithm=MD5" + (f', qop=auth, nc={count}, cnonce="{cnonce}"' if "qop" in asked else "")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _written(name: str) -> str:
    return {"call-id": "Call-ID", "cseq": "CSeq"}.get(name, name.title())
