"""A stranger, a caller, a browser and a dismissed agent against a whole running centre."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import stat
import time
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from yarl import URL

from callcenter.people.service import People
from callcenter.store.engine import Store
from tests.live.centre import Centre, until
from tests.live.person import Person, signed_in
from tests.live.phone.phone import open_phone

pytestmark = [pytest.mark.live, pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="module")]

HOTLINE = "8000000001"
SCRIPT = "<img src=x onerror=alert(1)>"
SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 41000 RTP/AVP 8 96\r\n"
    "a=rtpmap:8 PCMA/8000\r\na=rtpmap:96 telephone-event/8000\r\n"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    one = Centre(tmp_path_factory.mktemp("centre"))
    one.from_nothing = True
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


class Stranger:
    """A SIP peer that writes what it likes and acknowledges nothing."""

    def __init__(self, centre: Centre) -> None:
        self._to = ("127.0.0.1", centre.sip_port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)

    def say(self, method: str, whom: str, sender: str, *headers: str, to_tag: str = "", cseq: int = 1, call: str = "") -> str:
        """Send a request; returns its Call-ID."""
        port, call = self._socket.getsockname()[1], call or f"c{time.time_ns()}"
        body = SDP if method == "INVITE" else ""
        lines = [
            f"{method} sip:{whom}@127.0.0.1:{self._to[1]} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{time.time_ns()}",
            "Max-Forwards: 70",
            f"From: {sender};tag=a",
            f"To: <sip:{whom}@127.0.0.1>{to_tag}",
            f"Call-ID: {call}",
            f"CSeq: {cseq} {method}",
            f"Contact: <sip:x@127.0.0.1:{port}>",
            *headers,
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self._socket.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), self._to)
        return call

    async def answer(self, limit_s: float = 5) -> tuple[int, str]:
        """The first final answer: its code, and the tag of the other side."""
        async with asyncio.timeout(limit_s):
            while True:
                text = (await asyncio.get_running_loop().sock_recv(self._socket, 65_535)).decode(errors="replace")
                found = re.match(r"SIP/2\.0 (\d{3})", text)
                if found and int(found[1]) >= 200:
                    tag = re.search(r"^To: .*(;tag=\S+)", text, re.MULTILINE)
                    return int(found[1]), tag[1] if tag else ""

    async def asks(self, method: str, whom: str, sender: str, *headers: str) -> int:
        self.say(method, whom, sender, *headers)
        return (await self.answer())[0]

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def stranger(centre: Centre) -> Stranger:
    return Stranger(centre)


async def answers(centre: Centre, method: str, whom: str, sender: str, *headers: str) -> int:
    one = Stranger(centre)
    try:
        return await one.asks(method, whom, sender, *headers)
    finally:
        one.close()


async def test_a_stranger_gets_nothing_but_hotlines(centre: Centre) -> None:
    honest = "<sip:13911112222@127.0.0.1>"
    lines = "%0d%0a%0d%0aEvent%3a%20Hangup%0d%0aUniqueid%3a%20a1-1.1%0d%0a%0d%0aX"
    assert await answers(centre, "INVITE", HOTLINE, honest, f"P-Asserted-Identity: <sip:1{lines}@x>") == 403
    assert await answers(centre, "INVITE", HOTLINE, f"<sip:1{lines}@127.0.0.1>") == 403
    assert await answers(centre, "INVITE", f"80000{lines}", honest) == 404
    for whom in ("0085212345678", "*43", "1001", "s", "cc-out", "%2b8613800138000"):
        assert await answers(centre, "INVITE", whom, honest) == 404, whom
    for whom in ("T", "refused"):
        assert await answers(centre, "INVITE", whom, honest) == 403, whom
    for method in ("MESSAGE", "REFER", "INFO", "NOTIFY"):
        assert await answers(centre, method, HOTLINE, honest, "Refer-To: <sip:0085212345678@x>") in (481, 489, 501), method
    for seat in ("1001", "demo"):
        assert await answers(centre, "INVITE", HOTLINE, f"<sip:{seat}@127.0.0.1>") == 401
        assert await answers(centre, "REGISTER", seat, f"<sip:{seat}@127.0.0.1>") == 401
    assert (await centre.health())["status"] == "ok"
    told = [call for call in await centre.calls() if not call["from"].isalnum()]
    assert told == []
    assert "forged" in centre.output()


async def test_what_a_caller_writes_into_his_number_and_name_is_text(centre: Centre) -> None:
    """He waits in the queue under a number that is none, gives up, and everything goes on."""
    one = Stranger(centre)
    name = SCRIPT.replace("=", "\\=")
    call = one.say("INVITE", "8000000002", f'"{name}" <sip:alice_x@127.0.0.1>')
    code, tag = await one.answer()
    assert code == 200
    one.say("ACK", "8000000002", f'"{name}" <sip:alice_x@127.0.0.1>', to_tag=tag, call=call)
    async with signed_in(centre, "3001") as watching, signed_in(centre, "2001", "1001") as other:
        page = await watching.sees("/floor", "alice_x")
        assert SCRIPT not in page
        [id] = set(re.findall(r"/calls/(a1-[\d.]+)", page))
        assert await other.post("/desk/caller", call=id, customer="1") == 404, "a call of somebody else's"
        assert await other.post("/desk/customers", call=id, name="x") == 404
        one.say("BYE", "8000000002", f'"{name}" <sip:alice_x@127.0.0.1>', to_tag=tag, cseq=2, call=call)
        await until("the record has it", lambda: recorded(centre, "alice_x"))
        assert SCRIPT not in await watching.get("/calls?number=&since=&until=")
        assert await other.post("/agent/leave") == 204
    one.close()
    assert (await centre.health())["status"] == "ok"


async def test_a_seats_password_alone_dials_nobody_outside(centre: Centre) -> None:
    """Whoever knows it and sits nowhere is refused; the same telephone dials for the agent who sits there."""
    async with open_phone(centre.sip_port, "1009", centre.seat_secret("1009")) as phone:
        leg = await (await phone.dial("13800138000")).over()
        assert (leg.over_by, "rang" in leg.at, "answered" in leg.at) == ("them", False, False)
        async with signed_in(centre, "2009", "1009") as agent:
            await (await phone.dial("13800138000")).ringing()
            await phone.put_all_away()
            await until("he may leave", lambda: left(agent))


async def left(agent: Person) -> bool:
    return await agent.post("/agent/leave") == 204


async def recorded(centre: Centre, number: str) -> bool:
    return any(call["from"] == number and call["ended"] for call in await centre.calls())


PATHS = [
    "/calls/%00",
    "/calls/%ff%fe",
    "/calls/" + "9" * 5000,
    "/calls/..%2f..%2fetc%2fpasswd",
    "/calls/1'%20or%201=1--/note",
    "/calls?before=%00",
    "/calls?before=x&since=0001-01-01T00:00&until=9999-12-31T23:59",
    "/calls?since=0001-01-01T00:00%2b23:59&until=",
    "/calls?since=99999-01-01T00:00",
    "/calls?since=%ff&number=%27&agent=%00",
    "/calls?number=" + "1" * 7000,
    "/recordings/%00",
    "/recordings/..%2f..%2fcentre.sqlite",
    "/recordings/%2fetc%2fpasswd",
    "/static/..%2f..%2f..%2fpyproject.toml",
    "/static/%2e%2e/%2e%2e/pyproject.toml",
    "/static/%00",
    "/cases/%00",
    "/cases/%25",
    "/cases?owner=%00&state=x&kind=%ff",
    "/customers/99999999999999999999",
    "/customers/%D9%A1",
    "/customers/-1",
    "/customers?q=%25%25%25%5C",
    "/customers?q=%00",
    "/customers?q=" + "%F0%9F%98%80" * 500,
    "/customers/999999999/calls",
    "/callbacks/999999999/messages/999999999",
    "/callbacks/0/messages/%00",
    "/callbacks?queue=%00&state=%ff",
    "/sign-in?next=//evil.example",
    "/sign-in?next=%0d%0aSet-Cookie:x",
]
FORM = "application/x-www-form-urlencoded"
HEADERS = [
    {"Range": "bytes=" + "9" * 5000 + "-"},
    {"HX-Request": "true", "HX-Current-URL": "http://["},
    {"Cookie": "cc_session=\udcff\udcfe"},
    {"Host": "[", "Origin": "http://["},
    {"Host": "a b"},
    {"Accept-Language": "\udcff", "X-Forwarded-For": "1.2.3.4", "X-Forwarded-Host": "evil.example"},
]
BODIES = [
    (
        b"a=%00&call=%00&number=%00&seat=%00&state=%00&text=%00&name=%00&language=%00&result=%00&owner=%00",
        FORM,
    ),
    (b"call=%ff%fe&name=%ed%a0%80&seat=%ff&state=%ff", FORM),
    (b"\xff\xfe=\xff", FORM),
    (b"name=x", "application/x-www-form-urlencoded; charset=nothing"),
    (b"name=x", "application/x-www-form-urlencoded; charset=utf-16"),
    (b"name=x", "multipart/form-data"),
    (b"--b\r\n\r\n", "multipart/form-data; boundary=b"),
    (b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n\xff\xfe\r\n--b--\r\n', "multipart/form-data; boundary=b"),
    (b'--b\r\nContent-Disposition: form-data; name="call"; filename="x"\r\n\r\nx\r\n--b--\r\n', "multipart/form-data; boundary=b"),
    (b"&".join(b"call=%d" % n for n in range(20_000)), FORM),
    (b"call=" + b"x" * 2_000_000, FORM),
    (b'{"call": 1}', "application/json"),
    (b"customer=99999999999999999999&call=x&promise_due=0001-01-01T00:00&case_due=9999-12-31T23:59", FORM),
]
POSTED = [
    "/sign-in",
    "/language",
    "/desk/wrapup",
    "/desk/caller",
    "/desk/customers",
    "/agent/seat",
    "/agent/state",
    "/callbacks/1/close",
    "/callbacks/999999999/dial",
    "/customers",
    "/customers/1/notes",
    "/cases/%00/close",
    "/cases/x/notes",
]


async def test_no_request_breaks_anything(centre: Centre) -> None:
    """No 500, no 503, and nothing in the log that the server did not foresee."""
    wrong: list[str] = []
    async with signed_in(centre, "3001") as supervisor, signed_in(centre, "2003", "1003") as agent:
        for who in (supervisor, agent):
            for path in PATHS:
                wrong += await tried(who, "GET", path, {})
            for headers in HEADERS:
                for path in ("/customers", "/recordings/x", "/desk", "/phone", "/agent/phone"):
                    wrong += await tried(who, "GET", path, headers)
        for path in POSTED:
            for body, kind in BODIES:
                wrong += await tried(agent, "POST", path, {"Content-Type": kind}, body)
        assert await agent.post("/agent/leave") == 204
    assert wrong == []
    assert "Traceback" not in centre.output()
    assert (await centre.health())["status"] == "ok"


async def tried(who: Person, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> list[str]:
    """What is wrong with the answer, if anything."""
    own = {"Origin": who.centre.url, "X-CSRF-Token": who._csrf}
    url = URL(who.centre.url + path, encoded=True)
    async with who._session.request(method, url, headers={**own, **headers}, data=body or None, allow_redirects=False) as answer:
        text = await answer.text(errors="replace")
        went = answer.headers.get("Location", "/")
        shown = f"{method} {path[:60]} {headers} {body[:60]!r}: {answer.status} {went}"
        evil = (
            "root:" in text or "[project]" in text or not went.startswith("/") or went.startswith("//") or "Set-Cookie:x" in answer.headers
        )
        return [shown] if answer.status >= 500 or evil else []


async def test_what_users_type_is_text_on_every_page(centre: Centre) -> None:
    nasty = f"\"'>{SCRIPT}{{{{7*7}}}}${{7*7}}</textarea></script>"
    async with signed_in(centre, "3001") as person:
        fields = dict.fromkeys(("name", "contact", "address", "district", "notes"), nasty)
        assert await person.post("/customers", **fields, kind="retailer", tier="regular") == 303
        found = await person.get("/customers?q=" + "%22%27%3E%3Cimg")
        [id] = set(re.findall(r'href="/customers/(\d+)"', found))
        number = re.findall(r'href="/cases/([\w-]+)"', await person.get("/cases"))[0]
        assert await person.post(f"/cases/{number}/notes", text=nasty) == 303
        for path in (
            f"/customers/{id}",
            "/customers?q=%3Cimg",
            "/customers?q=" + "%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
            f"/cases/{number}",
        ):
            page = await person.get(path)
            assert SCRIPT not in page, path
            assert "49" not in re.findall(r"7\*7|49(?=\})", page), path
        assert nasty in unescape(await person.get(f"/customers/{id}"))
        async with person._session.get(f"{centre.url}/customers/{id}") as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "unsafe" not in policy
            assert "default-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"


async def test_a_dismissed_agent_is_out_within_two_seconds(centre: Centre) -> None:
    """Dismissed by another process: page, phone, seat and session."""
    store = Store(f"sqlite+aiosqlite:///{centre.folder / 'centre.sqlite'}")
    try:
        async with signed_in(centre, "3001") as watching, signed_in(centre, "2012", "1010") as agent:
            await watching.sees("/floor", 'id="agent-2012"')
            origin = {"Origin": centre.url}
            page = await agent._session.ws_connect(f"{centre.url}/live", headers=origin)
            phone = await agent._session.ws_connect(f"{centre.url}/sip", headers=origin, protocols=("sip",))
            await People(store, idle_ms=1).dismiss("2012", by="9001")
            async with asyncio.timeout(2):
                while (await page.receive()).type is aiohttp.WSMsgType.TEXT:
                    pass
                await phone.receive()
            assert (page.close_code, phone.close_code) == (4002, 4002)
            await until("the session is over", lambda: sent_to_sign_in(agent), 2)
            await until("the seat is free", lambda: gone(watching, 'id="agent-2012"'), 2)
    finally:
        await store.close()


async def sent_to_sign_in(person: Person) -> bool:
    async with person._session.get(f"{person.centre.url}/desk", allow_redirects=False) as answer:
        return answer.status == 303


async def gone(person: Person, text: str) -> bool:
    return text not in await person.get("/floor")


def open_to_others(folder: Path) -> list[str]:
    """Files that somebody else may read or write, in folders that he may enter."""
    found = []
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if is_open(Path(root) / name)]
        found += [Path(root) / name for name in names if is_open(Path(root) / name)]
    return [str(path.relative_to(folder)) for path in found if path.name != "serve.out"]


def is_open(path: Path) -> bool:
    return bool(stat.S_IMODE(path.lstat().st_mode) & 0o077)


async def test_nothing_it_wrote_is_open_to_other_users(centre: Centre) -> None:
    assert open_to_others(centre.folder) == []


async def test_the_log_holds_no_secret_and_no_caller(centre: Centre) -> None:
    log = centre.output().partition("again, to the owner of this folder alone")[2]
    assert "GET /customers" in log
    secrets = [one["secret"] for one in centre.about["seats"]] + [one["password"] for one in centre.about["sign_ins"]]
    assert not [secret for secret in secrets if secret in log]
    assert "13911112222" not in log
    assert "\n" not in "".join(re.findall(r"GET (/\S*)", log))
