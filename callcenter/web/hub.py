"""What is pushed to browsers. ``publish`` and ``send`` never wait: each browser has one bounded queue and one writer.

On the wire (JSON): the browser sends {"watch": [topics]}, which replaces what it watches; it gets {"topic", "html"}, {"topic", "event"}
and, every BEAT_S seconds, {"beat": ms, "link": word}. What a browser watches anew is sent whole first, then what was published since.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from aiohttp import WSMessage, WSMsgType, web

from callcenter.web.user import User, signed_in

log = logging.getLogger(__name__)

BEAT_S = 2.0
QUEUE_SIZE = 256
CUT_OFF = 4001
SIGNED_OUT = 4002
GOING_AWAY = 1001
MOST_TOPICS = 100
CLOSE_LIMIT_S = 2.0

T = TypeVar("T")

Picture = Callable[[User, str, str], Awaitable[list[str]]]
Allow = Callable[[User, str], bool]


class Browser:
    """One open page: what it watches and what is still to be sent. An item is a message, or the topic whose picture is due."""

    def __init__(self, user: User, locale: str) -> None:
        self.user = user
        self.locale = locale
        self.topics: frozenset[str] = frozenset()
        self.closing: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._items: deque[tuple[str, str]] = deque()
        self._more = asyncio.Event()

    def put(self, kind: str, text: str) -> None:
        """Queue an item; a browser that has too many is cut off, and comes back to a full picture."""
        if len(self._items) >= QUEUE_SIZE:
            self.close(CUT_OFF)
            return
        self._items.append((kind, text))
        self._more.set()

    async def next(self) -> tuple[str, str]:
        while not self._items:
            self._more.clear()
            await self._more.wait()
        return self._items.popleft()

    def close(self, code: int) -> None:
        if not self.closing.done():
            self.closing.set_result(code)


class Hub:
    """All open pages. link: what the pages are told about the link to Asterisk; ``live`` when all is well."""

    def __init__(self) -> None:
        self._browsers: set[Browser] = set()
        self._watchers: dict[str, set[Browser]] = {}  # by topic
        self._beside: set[tuple[int | None, asyncio.Future[int]]] = set()
        self._pictures: dict[str, Picture] = {}
        self._allowed: dict[str, Allow] = {}
        self._link = "lost"

    @property
    def link(self) -> str:
        return self._link

    @link.setter
    def link(self, word: str) -> None:
        changed, self._link = word != self._link, word
        if changed:
            self.beat()

    @property
    def connections(self) -> int:
        return len(self._browsers)

    def users(self) -> set[int]:
        """The ids of those who have a page or a phone open."""
        return {browser.user.id for browser in self._browsers} | {user for user, _ in self._beside if user is not None}

    @contextmanager
    def beside(self, user_id: int | None) -> Iterator[asyncio.Future[int]]:
        """Another socket of the user's (None: of nobody who is signed in): the future is done, with a code, when his pages are closed."""
        closing: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._beside.add((user_id, closing))
        try:
            yield closing
        finally:
            self._beside.discard((user_id, closing))

    def watched(self, topic: str) -> bool:
        """Whether anybody watches it."""
        return topic in self._watchers

    def connected(self, user_id: int) -> bool:
        """Whether the user has a page open."""
        return any(browser.user.id == user_id for browser in self._browsers)

    def allow(self, prefix: str, allowed: Allow) -> None:
        """Who may watch topics that begin with the prefix; the longest prefix counts, a topic without one is refused."""
        self._allowed[prefix] = allowed

    def picture(self, prefix: str, picture: Picture) -> None:
        """What a browser gets first when it begins to watch such a topic: ``await picture(user, topic, locale)``, pieces of HTML."""
        self._pictures[prefix] = picture

    def publish(self, topic: str, html: Callable[[str], str]) -> None:
        """Push HTML to all who watch the topic. ``html(locale)`` is called once for each language somebody watches in, at once."""
        ready: dict[str, str] = {}
        for browser in self._watching(topic):
            if browser.locale not in ready:
                ready[browser.locale] = encode({"topic": topic, "html": html(browser.locale)})
            browser.put("message", ready[browser.locale])

    def send(self, topic: str, event: Mapping[str, Any]) -> None:
        """Push something that is not HTML to all who watch the topic."""
        text = encode({"topic": topic, "event": dict(event)})
        for browser in self._watching(topic):
            browser.put("message", text)

    def beat(self) -> None:
        """Tell every page the time and the state of the link."""
        text = encode({"beat": time.time_ns() // 1_000_000, "link": self._link})
        for browser in list(self._browsers):
            browser.put("message", text)

    def close_user(self, user_id: int) -> None:
        """Close every page of a user, who was signed out or lost a role."""
        for browser in self._browsers:
            if browser.user.id == user_id:
                browser.close(SIGNED_OUT)
        for user, closing in self._beside:
            if user == user_id and not closing.done():
                closing.set_result(SIGNED_OUT)

    def close(self) -> None:
        """Close every page: the server stops."""
        for browser in self._browsers:
            browser.close(GOING_AWAY)

    def may_watch(self, user: User, topic: str) -> bool:
        allowed = longest(self._allowed, topic)
        return allowed is not None and allowed(user, topic)

    async def live(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one page until it goes away, falls behind or is closed."""
        ws = web.WebSocketResponse(heartbeat=15, max_msg_size=65536)
        await ws.prepare(request)
        browser = Browser(signed_in(request), request["locale"])
        self._browsers.add(browser)
        tasks = [asyncio.create_task(self._read(ws, browser)), asyncio.create_task(self._write(ws, browser))]
        self._greet(browser)
        try:
            endings: list[asyncio.Future[Any]] = [*tasks, browser.closing]
            await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._turn(browser, frozenset())
            self._browsers.discard(browser)
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            await hang_up(request, ws, close_code(browser, outcomes))
        return ws

    async def _read(self, ws: web.WebSocketResponse, browser: Browser) -> None:
        async for message in ws:
            self._watch(browser, wanted_topics(message))

    async def _write(self, ws: web.WebSocketResponse, browser: Browser) -> None:
        while True:
            kind, text = await browser.next()
            if kind == "message":
                await ws.send_str(text)
            else:
                await self._send_picture(ws, browser, text)

    async def _send_picture(self, ws: web.WebSocketResponse, browser: Browser, topic: str) -> None:
        picture = longest(self._pictures, topic)
        if picture is None or topic not in browser.topics:
            return
        for html in await picture(browser.user, topic, browser.locale):
            await ws.send_str(encode({"topic": topic, "html": html}))

    def _watch(self, browser: Browser, topics: frozenset[str]) -> None:
        """Watch these topics from now on. Messages first queue up behind the picture, which is taken when its turn comes."""
        refused = {topic for topic in topics if not self.may_watch(browser.user, topic)}
        if refused:
            log.warning("user %s may not watch %.200r", browser.user.number, sorted(refused))
        added = topics - refused - browser.topics
        self._turn(browser, topics - refused)
        for topic in sorted(added):
            browser.put("picture", topic)

    def _turn(self, browser: Browser, topics: frozenset[str]) -> None:
        for topic in browser.topics - topics:
            self._watchers[topic].discard(browser)
            if not self._watchers[topic]:
                del self._watchers[topic]
        for topic in topics - browser.topics:
            self._watchers.setdefault(topic, set()).add(browser)
        browser.topics = topics

    def _greet(self, browser: Browser) -> None:
        browser.put("message", encode({"beat": time.time_ns() // 1_000_000, "link": self._link}))

    def _watching(self, topic: str) -> list[Browser]:
        return [browser for browser in self._watchers.get(topic, ()) if not browser.closing.done()]


HUB = web.AppKey("HUB", Hub)


async def live(request: web.Request) -> web.WebSocketResponse:
    """GET /live: a page's WebSocket."""
    return await request.app[HUB].live(request)


async def beating(app: web.Application) -> AsyncIterator[None]:
    """A cleanup context: the hub's beat while the application runs."""
    task = asyncio.create_task(_beat_for_ever(app[HUB]))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def close_pages(app: web.Application) -> None:
    """At shutdown: every page is told that the server goes away."""
    app[HUB].close()


async def _beat_for_ever(hub: Hub) -> None:
    while True:
        hub.beat()
        await asyncio.sleep(BEAT_S)


def longest(by_prefix: Mapping[str, T], topic: str) -> T | None:
    """The entry with the longest prefix of the topic."""
    fitting = [prefix for prefix in by_prefix if topic.startswith(prefix)]
    return by_prefix[max(fitting, key=len)] if fitting else None


def encode(message: Mapping[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def wanted_topics(message: WSMessage) -> frozenset[str]:
    """The topics of a watch message; ValueError when it is none."""
    if message.type is not WSMsgType.TEXT:
        raise ValueError("expected text")
    try:
        asked = json.loads(message.data)
    except RecursionError:
        raise ValueError("expected no more than lists in an object") from None
    topics = asked.get("watch") if isinstance(asked, dict) else None
    if not isinstance(topics, list) or len(topics) > MOST_TOPICS or not all(isinstance(topic, str) for topic in topics):
        raise ValueError(f'expected {{"watch": [at most {MOST_TOPICS} topics]}}')
    return frozenset(topics)


def close_code(browser: Browser, outcomes: list[BaseException | None]) -> int:
    """Why a page's socket is closed: our decision, its nonsense (1007), our failure (1011), or its own end."""
    if browser.closing.done():
        return browser.closing.result()
    for outcome in outcomes:
        if isinstance(outcome, ValueError):
            return 1007
        if isinstance(outcome, Exception) and not isinstance(outcome, ConnectionError):
            log.error("a page of user %s failed", browser.user.number, exc_info=outcome)
            return 1011
    return 1000


async def hang_up(request: web.Request, ws: web.WebSocketResponse, code: int) -> None:
    """Close politely, but do not wait for somebody who does not read."""
    try:
        await asyncio.wait_for(ws.close(code=code), CLOSE_LIMIT_S)
    except (TimeoutError, ConnectionError):
        if request.transport is not None:
            request.transport.abort()
