"""Somebody at a browser without the browser: signs in, clicks, and watches what is pushed, over plain HTTP."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from tests.live.centre import Centre, until


class Person:
    def __init__(self, centre: Centre, session: aiohttp.ClientSession, csrf: str) -> None:
        self.centre = centre
        self._session = session
        self._csrf = csrf

    async def looked_at(self, path: str) -> tuple[int, str]:
        """The answer's status and its text, whatever they are."""
        async with self._session.get(URL(self.centre.url + path, encoded=True), allow_redirects=False) as answer:
            return answer.status, await answer.text()

    async def get(self, path: str) -> str:
        """The page's text; fails when it is not shown."""
        async with self._session.get(self.centre.url + path) as answer:
            text = await answer.text()
            assert answer.status == 200, f"GET {path}: {answer.status}\n{text[:500]}"
            return text

    async def bytes(self, path: str) -> bytes:
        async with self._session.get(self.centre.url + path) as answer:
            assert answer.status == 200, f"GET {path}: {answer.status}"
            return await answer.read()

    async def post(self, path: str, **fields: str) -> int:
        """The answer's status."""
        return await self._submit(path, fields)

    async def _submit(self, path: str, data: aiohttp.FormData | dict[str, str]) -> int:
        headers = {"Origin": self.centre.url, "X-CSRF-Token": self._csrf, "HX-Request": "true"}
        async with self._session.post(self.centre.url + path, data=data, headers=headers, allow_redirects=False) as answer:
            return answer.status

    async def upload(self, path: str, field: str, file: Path, **fields: str) -> int:
        """A form with a file in one of its fields; the answer's status."""
        form = aiohttp.FormData(fields)
        form.add_field(field, file.read_bytes(), filename=file.name, content_type="audio/wav")
        return await self._submit(path, form)

    async def ready(self) -> None:
        assert await self.post("/agent/state", state="ready") == 204

    async def sees(self, path: str, text: str, limit_s: float = 10.0) -> str:
        """Load the page until the text stands on it."""

        async def look() -> str:
            page = await self.get(path)
            return page if text in page else ""

        return str(await until(f"{text!r} on {path}", look, limit_s))

    @asynccontextmanager
    async def watching(self, *topics: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """A page's socket, to which these topics are pushed."""
        async with self._session.ws_connect(f"{self.centre.url}/live", headers={"Origin": self.centre.url}) as socket:
            await socket.send_json({"watch": list(topics)})
            yield socket


@asynccontextmanager
async def signed_in(centre: Centre, number: str, seat: str = "", password: str = "") -> AsyncIterator[Person]:
    """A person who has signed in, an agent at a seat; the password is needed for somebody who is none of the demo's."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        fields: dict[str, Any] = {"number": number, "password": password or centre.password(number), "seat": seat}
        async with session.post(f"{centre.url}/sign-in", data=fields, headers={"Origin": centre.url}, allow_redirects=False) as answer:
            assert answer.status == 303, await answer.text()
        async with session.get(f"{centre.url}/customers") as answer:
            found = re.search(r'"X-CSRF-Token":\s*"([^"]+)"', (await answer.text()).replace("&#34;", '"').replace("&quot;", '"'))
        assert found is not None, "the page carries no CSRF token"
        yield Person(centre, session, found[1])
