"""Ports on this machine that nobody has."""

from __future__ import annotations

import socket

_given: set[int] = set()


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """A free port; none is given twice, for the one before may not be in use yet."""
    while True:
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in _given:
            _given.add(port)
            return port
