"""The server: takes connections, answers actions out of a table, can go silent and can cut."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from types import TracebackType
from urllib.parse import quote

from tests.fake_asterisk.rights import READ, WRITE, commands, key_of, refusal
from tests.fake_asterisk.session import Session, read_action

Headers = dict[str, str]
Answer = Callable[["FakeAsterisk", Headers], list[str]]
GREETING = "Asterisk Call Manager/11.0.0\r\n"
LONGEST_LINE = 1 << 20
STAMPED = re.compile(r"Timestamp: [0-9.]+")


def message(first: str, headers: Headers) -> str:
    lines = [f"{name}: {value}" for name, value in headers.items()]
    if "CallerIDNum" in headers and "CallerIDName" not in headers:
        lines.insert(list(headers).index("CallerIDNum") + 1, "CallerIDName: <unknown>")
    return "".join(f"{line}\r\n" for line in (first, *lines)) + "\r\n"


def event(name: str, /, **headers: str) -> str:
    """An event; header names are given as Asterisk writes them. One that is no item of a list begins as Asterisk begins it."""
    if name == "FullyBooted":
        return message(f"Event: {name}", {"Privilege": "system,all", **headers})
    head = {} if "ActionID" in headers else {"Privilege": "call,all", "Timestamp": stamp()}
    return message(f"Event: {name}", {**head, **headers})


def response(asked: Headers, said: str = "Success", /, **headers: str) -> str:
    return message(f"Response: {said}", {**({"ActionID": asked["ActionID"]} if "ActionID" in asked else {}), **headers})


def stamp() -> str:
    return f"{time.time():.6f}"


class FakeAsterisk:
    """`async with FakeAsterisk() as asterisk:`; then `port`, `asked`, `answers` (action in lower case -> function), `lists`, the verbs.

    Who logs in has the rights of manager.conf.j2. `patience_s` is writetimeout. `late_s`: answers come so late; `lost` names actions whose
    next answer is lost.
    """

    def __init__(self, secret: str = "secret", patience_s: float = 5.0) -> None:
        self.secret = secret
        self.port = 0
        self.uptime_s = 100
        self.booted = True
        self.silent = False
        self.logins = 0
        self.asked: list[Headers] = []
        self.keeps_asked = True
        self.late_s = 0.0
        self.lost: list[str] = []
        self.thrown_out = 0
        """How many readers were too slow."""
        self.read, self.write = READ, WRITE
        self.variables: dict[tuple[str, str], str] = {}
        self.answers: dict[str, Answer] = dict(ANSWERS)
        self.results: dict[str, str | None] = {}
        """What an AGI command that begins so results in; None: it goes on. All others give result=0 at once."""
        self.lists: dict[str, list[tuple[str, Headers]]] = {}
        self.sessions: list[Session] = []
        self._waiting: list[str] | None = None
        self._patience_s = patience_s
        self._news = asyncio.Condition()
        self._serving: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> FakeAsterisk:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=LONGEST_LINE)
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
        for session in self.sessions:
            session.abort()
        self.sessions.clear()

    def send(self, text: str) -> None:
        """Write bytes to whoever is connected, also half a message."""
        self.send_bytes(text.encode())

    def send_bytes(self, data: bytes) -> None:
        for session in self.sessions:
            session.write(data)

    def tell(self, kind: str, text: str) -> None:
        """An event of a class: to those who have logged in and may read it."""
        if kind not in self.read:
            return
        if self._waiting is not None:
            self._waiting.append(text)
            return
        for session in self.sessions:
            if session.events:
                session.write(text.encode())

    def starve(self, seconds: float) -> None:
        """Events wait for so long, and bear the stamp of when they are told; answers do not wait."""
        if self._waiting is None:
            self._waiting = []
            asyncio.get_running_loop().call_later(seconds, self._recover)

    def _recover(self) -> None:
        waiting, self._waiting = self._waiting or [], None
        for text in waiting:
            for session in self.sessions:
                if session.events:
                    session.write(STAMPED.sub(f"Timestamp: {stamp()}", text, count=1).encode())

    async def pour(self, data: bytes, piece: int = 1 << 18) -> None:
        """Write many bytes as fast as whoever is connected takes them."""
        for at in range(0, len(data), piece):
            for session in self.sessions:
                session.write(data[at : at + piece])
                await session.drain()

    async def heard(self, name: str, count: int = 1, within_s: float = 10.0, **headers: str) -> Headers:
        """Wait for the count-th action of this name with these headers."""
        async with asyncio.timeout(within_s), self._news:
            while True:
                found = [one for one in self.asked if one.get("Action") == name and headers.items() <= one.items()]
                if len(found) >= count:
                    return found[count - 1]
                await self._news.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(writer, self._patience_s)
        self.sessions.append(session)
        if task := asyncio.current_task():
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
        session.write(GREETING.encode())
        while session.open:
            try:
                asked, wrong = await read_action(reader)
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            await self._answer(asked, wrong, session)
        self.thrown_out += session.slow
        if session in self.sessions:
            self.sessions.remove(session)
        session.close()

    async def _answer(self, asked: Headers, wrong: str, session: Session) -> None:
        if self.keeps_asked:
            async with self._news:
                self.asked.append(asked)
                self._news.notify_all()
        if self.silent:
            return
        verb = asked.get("Action", "")
        wrong = wrong or refusal(verb, self.write, known=session.known) or ""
        said = [response(asked, "Error", Message=wrong)] if wrong else self._said(verb.lower(), asked, session)
        if verb in self.lost:
            self.lost.remove(verb)
        elif self.late_s:
            asyncio.get_running_loop().call_later(self.late_s, session.write, "".join(said).encode())
        else:
            session.write("".join(said).encode())

    def _said(self, verb: str, asked: Headers, session: Session) -> list[str]:
        if verb == "challenge":
            session.challenge = str(len(self.asked) + 170941766)
            return [response(asked, Challenge=session.challenge)]
        if verb == "login":
            return self._login(asked, session)
        if verb == "logoff":
            asyncio.get_running_loop().call_soon(session.close)
            return [response(asked, "Goodbye", Message="Thanks for all the fish.")]
        return self.answers.get(verb, success)(self, asked)

    def _login(self, asked: Headers, session: Session) -> list[str]:
        if session.known:
            return [response(asked, Message="Already authenticated")]
        by_key = asked.get("AuthType", "").upper() == "MD5"
        if (asked.get("Key") != key_of(session.challenge, self.secret)) if by_key else (asked.get("Secret") != self.secret):
            asyncio.get_running_loop().call_soon(session.close)
            return [response(asked, "Error", Message="Authentication failed")]
        self.logins += 1
        session.known = True
        session.events = asked.get("Events", "on") != "off"
        booted = {"Uptime": str(self.uptime_s), "LastReload": str(self.uptime_s), "Status": "Fully Booted"}
        return [response(asked, Message="Authentication accepted"), *([event("FullyBooted", **booted)] if self.booted else [])]


# --- the answers -------------------------------------------------------------------------------------------------------------------


def success(_: FakeAsterisk, asked: Headers) -> list[str]:
    return [response(asked)]


def refused(text: str) -> Answer:
    return lambda _, asked: [response(asked, "Error", Message=text)]


def _ping(_: FakeAsterisk, asked: Headers) -> list[str]:
    return [response(asked, Ping="Pong", Timestamp=stamp())]


def _list_commands(asterisk: FakeAsterisk, asked: Headers) -> list[str]:
    return [response(asked, **commands(asterisk.write))]


def _setvar(asterisk: FakeAsterisk, asked: Headers) -> list[str]:
    asterisk.variables[asked.get("Channel", ""), asked["Variable"]] = asked["Value"]
    return [response(asked, Message="Variable Set")]


def _getvar(asterisk: FakeAsterisk, asked: Headers) -> list[str]:
    value = asterisk.variables.get((asked.get("Channel", ""), asked["Variable"]), "")
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
    "ping": _ping,
    "listcommands": _list_commands,
    "agi": _agi,
    "setvar": _setvar,
    "getvar": _getvar,
    "coreshowchannels": _listed("CoreShowChannelsComplete"),
    "queuestatus": _listed("QueueStatusComplete"),
    "devicestatelist": _listed("DeviceStateListComplete"),
}
