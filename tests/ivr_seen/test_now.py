"""Who is where in a flow now: the page that was pushed to shows what a page loaded anew shows."""

from __future__ import annotations

from pathlib import Path

from callcenter.floor import events as ev
from callcenter.floor.floor import Floor, advance
from callcenter.ivr.seen.now import FlowsNow, at_steps, topic_of
from callcenter.settings import read
from callcenter.store.clock import now_ms
from callcenter.web.hub import Hub
from callcenter.web.user import User
from tests.desk.centre import answered, ringing, seat_agent
from tests.desk.centre import arriving as arriving_in_a_menu
from tests.ivr_seen.centre import flow_of
from tests.ivr_seen.flows import orders

TOPIC = topic_of("orders", "v1")
ANN = User(1, "3001", "Ann", frozenset({"supervisor"}), "en")
BOB = User(2, "2001", "Bob", frozenset({"agent"}), "en")


class Watched(Hub):
    """A hub that keeps what is pushed to somebody who looks at one picture in English."""

    def __init__(self) -> None:
        super().__init__()
        self.pushed: list[str] = []
        self.looked_at = True

    def watched(self, topic: str) -> bool:
        return self.looked_at and topic == TOPIC

    def publish(self, topic: str, html: object) -> None:
        assert callable(html)
        self.pushed.append(f"{topic} {html('en')}")


class Stage:
    """A floor, and the picture of a flow on it."""

    def __init__(self, folder: Path) -> None:
        self.floor = Floor()
        self.hub = Watched()
        self.flows = FlowsNow(lambda: self.floor, self.hub, read({}, {"data_dir": folder}), flow_of([orders("v1")]))

    def take(self, *events: ev.Event) -> None:
        for event in events:
            self.floor, _ = advance(self.floor, event)

    def pushed(self) -> str:
        self.flows.flush()
        said = " ".join(" ".join(self.hub.pushed).split())
        self.hub.pushed.clear()
        return said


def arriving(call: str, number: str) -> list[ev.Event]:
    """A caller comes in; no step yet."""
    return [event for event in arriving_in_a_menu(call, number) if not isinstance(event, ev.StepEntered | ev.StepLeft)]


def enters(call: str, step: str, kind: str, version: str = "v1") -> ev.StepEntered:
    return ev.StepEntered(now_ms(), call, "orders", version, step, kind)


async def test_who_looks_is_told_how_many_are_where_and_what_changes(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.take(*arriving("1.1", "13800138001"), enters("1.1", "menu", "menu"))
    (picture,) = await stage.flows.picture(ANN, TOPIC, "en")
    assert '<svg id="now-greeting" width="1" height="1" overflow="visible"></svg>' in picture
    assert ">1</text></svg>" in picture.partition('id="now-menu"')[2]
    assert "1 caller is in it now" in picture
    assert stage.pushed() == ""
    stage.take(*arriving("2.1", "13800138002"), enters("2.1", "greeting", "say"), enters("2.1", "menu", "menu"))
    said = stage.pushed()
    assert said.startswith(TOPIC)
    assert "2 callers are in it now" in said
    assert 'id="now-menu"' in said
    assert 'id="now-greeting"' not in said


async def test_who_walks_another_version_is_told_apart(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    await stage.flows.picture(ANN, TOPIC, "en")
    stage.take(*arriving("1.1", "13800138001"), enters("1.1", "menu", "menu", version="v0"))
    said = stage.pushed()
    assert "0 callers are in it now · 1 in another version" in said
    assert "now-menu" not in said


async def test_a_caller_waits_at_his_step_until_somebody_answers(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.take(*seat_agent("2001", "1001", user=1), ev.SeatChanged(now_ms(), "1001", "NOT_INUSE"))
    stage.take(*arriving("1.1", "13800138001"), enters("1.1", "person", "queue"))
    stage.take(ev.QueueJoined(now_ms(), "1.1", "orders", 1), *ringing("1.1", "1001"))
    assert at_steps(stage.floor) == {("orders", "v1", "person"): 1}
    stage.take(*answered("1.1", "1001"))
    assert at_steps(stage.floor) == {}


async def test_nothing_is_made_when_nobody_looks_any_more(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    await stage.flows.picture(ANN, TOPIC, "en")
    stage.hub.looked_at = False
    stage.take(*arriving("1.1", "13800138001"), enters("1.1", "menu", "menu"))
    assert stage.pushed() == ""
    stage.hub.looked_at = True
    assert stage.pushed() == ""


async def test_only_who_may_see_the_floor_may_look(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    assert stage.hub.may_watch(ANN, TOPIC)
    assert not stage.hub.may_watch(BOB, TOPIC)
    assert await stage.flows.picture(ANN, topic_of("nothing", "v1"), "en") == []
