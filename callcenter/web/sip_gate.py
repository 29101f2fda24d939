"""What a browser's phone may say to Asterisk: whoever comes through our port is the endpoint that we let in, and nobody else. Pure.

Asterisk knows a peer by the user in From, by the one it signs in with, and by its address, which is our own for every browser.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_ADDRESS = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^<>"]*)\s*<sips?:([^@<>;?]*)@[^<>]*>\s*(;[^<>,]*)?')
_TAG = re.compile(r";\s*tag\s*=", re.IGNORECASE)
_USER = re.compile(r'username\s*=\s*(?:"([^"]*)"|([^",\s]*))', re.IGNORECASE)
_SHORT = {"f": "from", "t": "to"}


def may_pass(message: str, name: str) -> bool:
    """Whether it may go on: an answer, a request within a dialog (Asterisk refuses one of a dialog it does not have), or one by `name`."""
    if not message.strip():
        return True  # what keeps the connection open
    first, *lines = message.partition("\r\n\r\n")[0].split("\r\n")
    # Asterisk reads bare line ends and folded lines otherwise than we do.
    if any("\n" in line or "\r" in line or "\0" in line or line[:1] in ("", " ", "\t") for line in (first, *lines)):
        return False
    if first.startswith("SIP/2.0 "):
        return True
    return _in_dialog(_values(lines, "to")) or _is_from(lines, name)


def _is_from(lines: Sequence[str], name: str) -> bool:
    said = [_ADDRESS.fullmatch(value) for value in _values(lines, "from")]
    signs = [*_values(lines, "authorization"), *_values(lines, "proxy-authorization")]
    users = [quoted or bare for value in signs for quoted, bare in _USER.findall(value)]
    return len(said) == 1 and said[0] is not None and said[0][1] == name and all(user == name for user in users)


def _in_dialog(said: Sequence[str]) -> bool:
    found = _ADDRESS.fullmatch(said[0]) if len(said) == 1 else None
    return found is not None and found[2] is not None and _TAG.search(found[2]) is not None


def _values(lines: Sequence[str], header: str) -> list[str]:
    pairs = (line.partition(":") for line in lines)
    named = ((name.strip().lower(), value.strip()) for name, _, value in pairs)
    return [value for name, value in named if _SHORT.get(name, name) == header]
