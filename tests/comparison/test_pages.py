"""Who is told what: the page for supervisors, figures and floor for administrators and programs that show the token."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest_asyncio
from aiohttp import ClientWebSocketResponse
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families

from callcenter.comparison import pages
from callcenter.comparison.keys import FIGURES, NIGHTLY, TOKEN, WATCH
from callcenter.comparison.metrics import Figure, counter, exposition, gauge
from callcenter.comparison.nightly import Nightly
from callcenter.comparison.record import OUTCOMES
from callcenter.comparison.token import NAME, token
from callcenter.comparison.watch import Watch
from callcenter.comparison.words import WAITS, WHATS, moment, said
from callcenter.floor import events as ev
from callcenter.floor.floor import Floor
from callcenter.settings import read
from callcenter.store.clock import now_ms
from callcenter.urls import ROUTES
from callcenter.web.hub import Hub
from callcenter.web.server import build
from tests.web.frame_app import PEOPLE, BookOfAccounts, Client, csrf, sign_in

STRANGER = ev.SeenLeg("9.9", "PJSIP/trunk-00000009", "139", "8000000001", "cc-in", "9.9", None, True, 0, "AGI", None)
LEDGER = [{"call": "a1-1.1", "what": "talk", "record": "6.3", "asterisk": "4.3"}]
TOLD = {
    "ledger": {"calls": 2, "sources": ["cel"], "uncovered": 1, "why": "", "differences": LEDGER, "healed": LEDGER * 3},
    "recordings": {"checked": 1, "differences": [{"call": "a1-1.2", "recording": "a1-1.3", "what": "missing"}]},
}


class Asked:
    """What stands for Asterisk and for its record: a picture, and a day that was compared."""

    def __init__(self) -> None:
        self.seen = ev.Snapshot(now_ms())
        self.days: list[tuple[int, int]] = []

    async def look(self) -> ev.Snapshot:
        return self.seen

    async def settled(self) -> None:
        return

    async def day(self, since: int, until: int) -> dict[str, Any]:
        self.days.append((since, until))
        return TOLD


@dataclass
class House:
    """The application with its watch and its nightly comparison, and one browser in front of it."""

    client: Client
    hub: Hub
    asked: Asked
    shown: str

    async def get(self, path: str, status: int = 200, bearer: str | None = None) -> str:
        headers = {} if bearer is None else {"Authorization": bearer}
        async with self.client.get(path, headers=headers, allow_redirects=False) as answer:
            assert answer.status == status, await answer.text()
            return await answer.text()

    async def compare(self, number: str) -> str:
        async with self.client.post("/comparison", headers=csrf(number)) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.text()


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    settings, hub, asked = read({}, {"data_dir": tmp_path}), Hub(), Asked()
    app = build(settings, ROUTES, BookOfAccounts(), hub, ())
    watch = Watch(lambda: Floor(link="live"), asked.look, asked.settled, lambda _: None, now_ms, moment_s=0.01)
    nightly = Nightly(asked.day, settings.zone, now_ms)
    watch.listen(pages.push(hub, settings, watch, nightly))
    app[WATCH], app[NIGHTLY], app[TOKEN] = watch, nightly, token(tmp_path)
    app[FIGURES] = lambda: exposition([gauge("calls", "calls that go on", 3)])
    server = TestServer(app)
    await server.start_server()
    async with TestClient(server, headers={"Origin": str(server.make_url("/")).rstrip("/")}) as client:
        yield House(client, hub, asked, app[TOKEN])


async def test_a_supervisor_sees_that_all_agrees_and_what_does_not(house: House) -> None:
    await sign_in(house.client, "3001")
    assert "尚未核对" in await house.get("/comparison")
    page = await house.compare("3001")
    assert "一致" in page
    assert [text for text in ("a1-1.1", "6.3", "录音缺失", "已纠正 3 处") if text not in page] == []
    [(since, until)] = house.asked.days
    assert until - since > 24 * 3_600_000
    house.asked.seen = replace(house.asked.seen, legs=(STRANGER,))
    page = await house.compare("3001")
    assert "1 处差异" in page
    assert "仍存在" in page
    assert "not there" not in page
    await house.client.post("/language", data={"language": "en"}, headers=csrf("3001"))
    page = await house.get("/comparison")
    assert "1 difference<" in page
    assert "1 differences" not in page
    assert "2 looks since the start" in page


def test_what_each_side_says_is_said_in_words() -> None:
    assert said("seat", "NOT_INUSE") == ("free",)
    assert said("queues", "answered, timeout") == ("Connected", "Waited too long")
    assert said("queues", "CONNECT, EXITWITHTIMEOUT") == ("Connected", "Waited too long")
    assert said("exit", "abandoned_queue") == ("Gave up in the queue",)
    assert said("bridge", "5c0e") == ("5c0e",)
    assert said("answered", None) == ("—",)
    assert moment("2026-11-22T01:02:03.456Z") == 1_795_309_323_456
    assert moment("nowhere") is None
    assert {"leg", "answer", "bridge", "waiting", "member", "seat"} <= WHATS.keys()
    assert set(OUTCOMES) == set(WAITS)


async def test_an_agent_sees_none_of_it(house: House) -> None:
    await sign_in(house.client, "2001")
    for path in ("/comparison", "/comparison/floor", "/metrics"):
        await house.get(path, 403)
    assert not house.hub.may_watch(PEOPLE["2001"], "comparison")
    assert house.hub.may_watch(PEOPLE["3001"], "comparison")


async def test_programs_show_the_token_of_the_data_folder(house: House, tmp_path: Path) -> None:
    for wrong in (None, "Bearer ", f"Bearer {house.shown}x", house.shown):
        await house.get("/metrics", 401, wrong)
        await house.get("/comparison/floor", 401, wrong)
    assert (tmp_path / NAME).stat().st_mode & 0o077 == 0
    assert (tmp_path / NAME).read_text() == house.shown == token(tmp_path)
    bearer = f"Bearer {house.shown}"
    assert "callcenter_calls 3.0" in await house.get("/metrics", bearer=bearer)
    house.asked.seen = replace(house.asked.seen, legs=(STRANGER,))
    told = json.loads(await house.get("/comparison/floor", bearer=bearer))
    [found] = told.pop("differences")
    assert {**found, "since": None} == {
        "what": "leg",
        "where": "9.9",
        "call": "9.9",
        "floor": "not there",
        "asterisk": "there",
        "since": None,
    }
    assert told.pop("looked") is not None
    assert told == {"why": "", "looks": 1, "failed": 0, "found": 1, "healed": 0}


async def test_an_administrator_needs_no_token_and_a_supervisor_has_no_figures(house: House) -> None:
    await sign_in(house.client, "3001")
    await house.get("/metrics", 403)
    await sign_in(house.client, "9001")
    assert "callcenter_calls" in await house.get("/metrics")


async def test_an_open_page_is_told_of_each_look(house: House) -> None:
    await sign_in(house.client, "3001")
    async with house.client.ws_connect("/live") as live:
        await live.send_json({"watch": ["comparison"]})
        first = await told_of(live)
        assert "尚未核对" in first
        await house.compare("3001")
        assert "一致" in await told_of(live)


async def told_of(live: ClientWebSocketResponse) -> str:
    while True:
        message = await live.receive_json(timeout=5)
        if message.get("topic") == "comparison":
            return str(message["html"])


def test_figures_are_text_that_prometheus_reads() -> None:
    figures = [
        gauge("calls", "calls now", 3),
        Figure("agents", "by state", {"ready": 2, "paused": 0}, "state"),
        counter("looks", "so far", 7),
    ]
    read_back = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(exposition(figures).decode())
        for sample in family.samples
    }
    assert read_back == {
        ("callcenter_calls",): 3,
        ("callcenter_agents", "ready"): 2,
        ("callcenter_agents", "paused"): 0,
        ("callcenter_looks_total",): 7,
    }
