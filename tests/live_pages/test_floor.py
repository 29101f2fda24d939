"""The supervisors' floor: the page that was pushed to is the page that is loaded anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callcenter.floor import events as ev
from callcenter.floor.changes import Misfit
from callcenter.floor.floor import Floor, advance
from callcenter.live.health import health
from callcenter.live.screens import Screens
from callcenter.live.words import Words
from callcenter.settings import read
from callcenter.store.clock import now_ms
from callcenter.store.engine import Store
from callcenter.web.hub import Hub
from tests.desk.centre import STEPS, answered, arriving, hung_up, opened, ringing, seat_agent, waiting
from tests.live_pages.dom import Node, parse, put_in

WORDS = Words(queues={"orders": ("咨询订货", "Orders"), "complaints": ("投诉", "Complaints")}, steps=STEPS)


class Watching(Hub):
    """A hub that keeps what is pushed, as one browser in Chinese gets it."""

    def __init__(self) -> None:
        super().__init__()
        self.pushed: list[str] = []

    def publish(self, topic: str, html: object) -> None:
        assert callable(html)
        self.pushed.append(str(html("zh_CN")))


def story(call: str, seat: str, agent: str) -> list[ev.Event]:
    """One caller from the menu to the hang-up, one agent who sits down for him."""
    return [
        *seat_agent(agent, seat, user=int(agent)),
        ev.SeatChanged(now_ms(), seat, "NOT_INUSE"),
        *arriving(call, "13800138001"),
        ev.CallerKnown(now_ms(), call, 1, "福满楼烟酒店", "key"),
        *waiting(call),
        *ringing(call, seat),
        *answered(call, seat),
        *hung_up(call, seat),
        ev.WrapUpSaved(now_ms(), agent, call),
        ev.Tick(now_ms() + 6000),
        ev.AgentSignedOut(now_ms() + 6001, agent),
    ]


class Stage:
    """A floor, its screens, and a page that only ever got what was pushed."""

    def __init__(self, folder: Path) -> None:
        self.floor = Floor()
        self.hub = Watching()
        self.screens = Screens(lambda: self.floor, self.hub, read({}, {"data_dir": folder}), WORDS)
        self.page = self.fresh()

    def fresh(self) -> Node:
        return parse(self.screens.whole("zh_CN"))

    def take(self, event: ev.Event) -> None:
        self.floor, changes = advance(self.floor, event)
        self.screens.note(changes)

    def show(self) -> None:
        self.screens.flush()
        for html in self.hub.pushed:
            put_in(self.page, html)
        self.hub.pushed.clear()


@given(order=st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=60, max_size=120))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_old_page_with_what_was_pushed_is_the_fresh_page(tmp_path: Path, order: list[tuple[int, bool]]) -> None:
    stage = Stage(tmp_path)
    stories = [story("c1", "1001", "2001"), story("c2", "1002", "2002"), story("c3", "1003", "2003")]
    for at, (which, shown) in enumerate(order):
        if stories[which]:
            stage.take(replace(stories[which].pop(0), at=1_000_000 + 1000 * at))
        if shown:
            stage.show()
            assert stage.page.told() == stage.fresh().told()
    stage.show()
    assert stage.page.told() == stage.fresh().told()


def test_only_what_changed_is_pushed(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    for event in [*seat_agent("2001", "1001"), *seat_agent("2002", "1002", user=2)]:
        stage.take(event)
    stage.show()
    stage.take(ev.AgentWants(now_ms(), "2002", ready=False, reason="lunch"))
    stage.screens.flush()
    pushed = {node.attributes["id"] for html in stage.hub.pushed for node in parse(html).children if isinstance(node, Node)}
    assert "agent-2002" in pushed
    assert "agent-2001" not in pushed


def test_the_stories_fit(tmp_path: Path) -> None:
    """What the other tests fold is what can happen."""
    floor = Floor()
    for event in story("c1", "1001", "2001"):
        floor, changes = advance(floor, event)
        assert not [change for change in changes if isinstance(change, Misfit)]
    assert not floor.calls


def test_where_a_caller_is_in_the_flow_is_said_by_the_titles_of_its_steps(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    said, left = arriving("c1", "13800138001"), ev.StepLeft(now_ms(), "c1", "menu", "1")
    for event in said:
        stage.take(event)
    stage.show()
    assert "主菜单" in stage.page.text()
    assert "Main menu" in parse(stage.screens.whole("en")).text()
    stage.take(left)
    stage.take(ev.StepEntered(now_ms(), "c1", "main", "0", "orders", "menu"))
    stage.show()
    assert "主菜单" not in stage.page.text()
    assert "orders" in stage.page.text(), "a step of another version goes by its name"


def test_empty_places_say_so(tmp_path: Path) -> None:
    text = Stage(tmp_path).page.text()
    assert "没有来电排队" in text
    assert "没有坐席签入" in text
    assert "语音导航中没有来电" in text


async def test_who_may_see_the_floor(store: Store, tmp_path: Path) -> None:
    async with opened(store, tmp_path) as centre:
        async with centre.browser("2001") as agent, agent.client.get("/floor") as answer:
            assert answer.status == 403
            assert not centre.hub.may_watch(agent.user, "floor")
        async with centre.browser("3001") as supervisor:
            await centre.put(*arriving("c1", "13700000000"), *waiting("c1"))
            page = await supervisor.get("/floor")
            assert "137 0000 0000" in page
            assert centre.hub.may_watch(supervisor.user, "floor")
            assert not centre.hub.may_watch(supervisor.user, "floor:other")


@pytest.mark.parametrize(("trouble", "status"), [(None, 200), ("disk full", 503)])
async def test_health(store: Store, tmp_path: Path, trouble: str | None, status: int) -> None:
    async with opened(store, tmp_path) as centre, centre.browser("3001") as anybody:
        centre.trouble = trouble
        async with anybody.client.get("/healthz") as answer:
            told = await answer.json()
            assert answer.status == status
            assert told["asterisk"] == "connected"
            assert told["status"] == ("ok" if trouble is None else "trouble")
        await centre.put(ev.LinkChanged(now_ms(), "lost"))
        async with anybody.client.get("/healthz") as answer:
            told = await answer.json()
            assert (answer.status, told["asterisk"]) == (503, "lost")


def test_a_disk_that_takes_no_recordings_is_a_problem_that_is_told() -> None:
    told = health(Floor(link="live"), database=None, disk="only 0.1 GB are free for recordings").told()
    assert (told["status"], told["problems"]) == ("trouble", ["only 0.1 GB are free for recordings"])


def test_a_flow_that_is_not_walked_any_more_is_a_problem_that_is_told() -> None:
    what = "flow not in use: orders.yaml:9: step 'person': there is no queue 'order'"
    told = health(Floor(link="live"), database=None, flows=[what]).told()
    assert (told["status"], told["problems"]) == ("trouble", [what])
