"""What can stand in the way of a start: the data folder, which one server holds, the port, the certificate."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from callcenter.settings import Settings


class CannotServe(Exception):
    """Why the centre cannot start, and what to do about it."""


def make_data_dir(settings: Settings) -> None:
    """For our own user alone. Raises CannotServe."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as wrong:
        why = f"{settings.data_dir} cannot be made ({wrong.strerror})"
        raise CannotServe(f"the folder {why}; the setting data_dir chooses another") from wrong


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold the data folder: two servers on one would write each call twice."""
    path = settings.data_dir / "server.lock"
    try:
        lock = path.open("a+")
    except OSError as wrong:
        raise CannotServe(f"{path} cannot be written ({wrong.strerror}); the setting data_dir chooses another folder") from wrong
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotServe(f"a server already runs on {settings.data_dir} (process {holder(settings)}); make stop ends it") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def holder(settings: Settings) -> int:
    """The process that holds the data folder; 0 when none does. Raises CannotServe when the folder is somebody else's."""
    path = settings.data_dir / "server.lock"
    try:
        with path.open("r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                text = lock.read()
                return int(text) if text.isdigit() else 0
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except PermissionError as wrong:
        raise CannotServe(f"{path} cannot be read ({wrong.strerror}): the server belongs to another user") from wrong
    return 0


def tls_of(settings: Settings) -> ssl.SSLContext | None:
    """None: pages are served without HTTPS. Raises CannotServe."""
    if not settings.https:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    except (ssl.SSLError, OSError) as wrong:
        raise CannotServe(f"settings tls_certificate and tls_key do not make a pair that can be used: {wrong}") from wrong
    return context


def port_free(settings: Settings) -> None:
    """Raises CannotServe when the pages could not be served where they should be."""
    host, port = settings.http_host, settings.http_port
    try:
        family, kind, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except socket.gaierror as wrong:
        raise CannotServe(f"setting http_host: {host!r} is no address of this machine ({wrong.strerror})") from wrong
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as wrong:
            if wrong.errno == errno.EADDRNOTAVAIL:
                raise CannotServe(f"setting http_host: {host} is no address of this machine") from wrong
            what = "is taken by another program" if wrong.errno == errno.EADDRINUSE else f"cannot be used ({wrong.strerror})"
            raise CannotServe(f"port {port} on {host} {what}; the setting http_port chooses another") from wrong
