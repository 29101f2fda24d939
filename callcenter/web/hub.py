"""What is pushed to browsers. ``publish`` and ``send`` never wait: each browser has one bounded queue and one writer.

On the wire (JSON): the browser sends {"watch": [topics]}, which replaces what it watches; it gets {"topic", "html"}, {"topic", "event"}
and, every two seconds, {"beat": ms, "link": word}. What a browser watches anew is sent whole first, then what was published since.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from aiohttp import web

from callcenter.web.browser import Browser
from callcenter.web.user import User

log = logging.getLogger(__name__)

SIGNED_OUT = 4002
GOING_AWAY = 1001

T = TypeVar("T")

Picture = Callable[[User, str, str], Awaitable[list[str]]]
Allow = Callable[[User, str], bool]


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
        text = self._beat()
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

    def enter(self, browser: Browser) -> None:
        """A page was opened."""
        self._browsers.add(browser)
        browser.put("message", self._beat())

    def leave(self, browser: Browser) -> None:
        self._turn(browser, frozenset())
        self._browsers.discard(browser)

    async def pictured(self, browser: Browser, topic: str) -> list[str]:
        """The messages that show the topic whole; none when the browser does not watch it any more."""
        picture = longest(self._pictures, topic)
        if picture is None or topic not in browser.topics:
            return []
        return [encode({"topic": topic, "html": html}) for html in await picture(browser.user, topic, browser.locale)]

    def watch(self, browser: Browser, topics: frozenset[str]) -> None:
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

    def _beat(self) -> str:
        return encode({"beat": time.time_ns() // 1_000_000, "link": self._link})

    def _watching(self, topic: str) -> list[Browser]:
        return [browser for browser in self._watchers.get(topic, ()) if not browser.closing.done()]


HUB = web.AppKey("HUB", Hub)


def longest(by_prefix: Mapping[str, T], topic: str) -> T | None:
    """The entry with the longest prefix of the topic."""
    fitting = [prefix for prefix in by_prefix if topic.startswith(prefix)]
    return by_prefix[max(fitting, key=len)] if fitting else None


def encode(message: Mapping[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
