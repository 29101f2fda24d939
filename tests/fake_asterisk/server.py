"""The server: takes connections, answers actions out of a table, can go silent and can cut."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from urllib.parse import quote

Headers = dict[str, str]
Answer = Callable[["FakeAsterisk", Headers], list[str]]
GREETING = "Asterisk Call Manager/11.0.0\r\n"


def message(first: str, headers: Headers) -> str:
    lines = [f"{name}: {value}" for name, value in headers.items()]
    if "CallerIDNum" in headers and "CallerIDName" not in headers:
        lines.insert(list(headers).index("CallerIDNum") + 1, "CallerIDName: <unknown>")
    return "".join(f"{line}\r\n" for line in (first, *lines)) + "\r\n"


def event(name: str, /, **headers: str) -> str:
    """An event; header names are given as Asterisk writes them. One that is no item of a list begins as Asterisk begins it."""
    head = {} if "ActionID" in headers or name == "FullyBooted" else {"Privilege": "call,all", "Timestamp": stamp()}
    return message(f"Event: {name}", {**head, **headers})


def response(asked: Headers, said: str = "Success", /, **headers: str) -> str:
    return message(f"Response: {said}", {"ActionID": asked["ActionID"], **headers})


def stamp() -> str:
    return f"{time.time():.6f}"


class FakeAsterisk:
    """`async with FakeAsterisk() as asterisk:`; then `port`, `asked`, `answers` (action in lower case -> function), `lists`, the verbs."""

    def __init__(self, secret: str = "secret") -> None:
        self.secret = secret
        self.port = 0
        self.uptime_s = 100
        self.booted = True
        self.silent = False
        self.logins = 0
        self.asked: list[Headers] = []
        self.variables: dict[tuple[str, str], str] = {}
        self.answers: dict[str, Answer] = dict(ANSWERS)
        self.results: dict[str, str | None] = {}
        """What an AGI command that begins so results in; None: it goes on. All others give result=0 at once."""
        self.lists: dict[str, list[tuple[str, Headers]]] = {}
        self._news = asyncio.Condition()
        self._writers: list[asyncio.StreamWriter] = []
        self._serving: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> FakeAsterisk:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """End as a killed Asterisk does."""
        if self._server is not None:
            self._server.close()
        self.cut()
        if self._serving:
            await asyncio.wait(self._serving)

    def cut(self) -> None:
        """Cut all connections."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def send(self, text: str) -> None:
        """Write bytes to whoever is connected, also half a message."""
        for writer in self._writers:
            writer.write(text.encode())

    async def pour(self, data: bytes, piece: int = 1 << 18) -> None:
        """Write many bytes as fast as whoever is connected takes them."""
        for at in range(0, len(data), piece):
            for writer in self._writers:
                writer.write(data[at : at + piece])
                await writer.drain()

    async def heard(self, name: str, count: int = 1, within_s: float = 10.0, **headers: str) -> Headers:
        """Wait for the count-th action of this name with these headers."""
        async with asyncio.timeout(within_s), self._news:
            while True:
                found = [one for one in self.asked if one["Action"] == name and headers.items() <= one.items()]
                if len(found) >= count:
                    return found[count - 1]
                await self._news.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        if task := asyncio.current_task():
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
        writer.write(GREETING.encode())
        while True:
            try:
                text = (await reader.readuntil(b"\r\n\r\n")).decode()
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            headers = (line.partition(": ") for line in text.removesuffix("\r\n\r\n").split("\r\n"))
            await self._answer({name: value for name, _, value in headers}, writer)
        writer.close()

    async def _answer(self, asked: Headers, writer: asyncio.StreamWriter) -> None:
        async with self._news:
            self.asked.append(asked)
            self._news.notify_all()
        if self.silent:
            return
        answer = self.answers.get(asked["Action"].lower(), success)
        writer.write("".join(answer(self, asked)).encode())


# --- the answers -------------------------------------------------------------------------------------------------------------------


def success(_: FakeAsterisk, asked: Headers) -> list[str]:
    return [response(asked)]


def refused(text: str) -> Answer:
    return lambda _, asked: [response(asked, "Error", Message=text)]


def _login(asterisk: FakeAsterisk, asked: Headers) -> list[str]:
    if asked["Secret"] != asterisk.secret:
        return [response(asked, "Error", Message="Authentication failed")]
    asterisk.logins += 1
    booted = [event("FullyBooted", Uptime=str(asterisk.uptime_s), Status="Fully Booted")] if asterisk.booted else []
    return [response(asked, Message="Authentication accepted"), *booted]


def _ping(_: FakeAsterisk, asked: Headers) -> list[str]:
    return [response(asked, Ping="Pong", Timestamp=stamp())]


def _list_commands(_: FakeAsterisk, asked: Headers) -> list[str]:
    names = "AGI CoreShowChannels DeviceStateList Getvar Hangup Originate QueueAdd QueuePause QueueRemove QueueStatus Setvar Ping"
    return [response(asked, **{name: f"{name} (Priv: <none>)" for name in names.split()})]


def _setvar(asterisk: FakeAsterisk, asked: Headers) -> list[str]:
    asterisk.variables[asked.get("Channel", ""), asked["Variable"]] = asked["Value"]
    return [response(asked, Message="Variable Set")]


def _getvar(asterisk: FakeAsterisk, asked: Headers) -> list[str]:
    value = asterisk.variables.get((asked["Channel"], asked["Variable"]), "")
    return [response(asked, Variable=asked["Variable"], Value=value)]


def executed(leg: str, identifier: str, result: str) -> str:
    return event("AsyncAGIExec", Channel=leg, Uniqueid=leg, Result=quote(f"{result}\n"), CommandId=identifier)


def _agi(asterisk: FakeAsterisk, asked: Headers) -> list[str]:
    added = response(asked, Message="Added AGI command to queue")
    result = next((r for begin, r in asterisk.results.items() if asked["Command"].startswith(begin)), "200 result=0")
    return [added] if result is None else [added, executed(asked["Channel"], asked["CommandID"], result)]


def _listed(complete: str) -> Answer:
    def answer(asterisk: FakeAsterisk, asked: Headers) -> list[str]:
        items = asterisk.lists.get(asked["Action"], [])
        end = event(complete, ActionID=asked["ActionID"], EventList="Complete", ListItems=str(len(items)))
        return [
            response(asked, EventList="start"),
            *(event(name, **{"ActionID": asked["ActionID"], **headers}) for name, headers in items),
            end,
        ]

    return answer


ANSWERS: dict[str, Answer] = {
    "login": _login,
    "ping": _ping,
    "listcommands": _list_commands,
    "agi": _agi,
    "setvar": _setvar,
    "getvar": _getvar,
    "coreshowchannels": _listed("CoreShowChannelsComplete"),
    "queuestatus": _listed("QueueStatusComplete"),
    "devicestatelist": _listed("DeviceStateListComplete"),
}
