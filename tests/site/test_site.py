"""A centre set up from its file: read strictly, applied as often as one likes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from callcenter.audit.service import verify
from callcenter.hotlines.calendar import ALWAYS
from callcenter.hotlines.service import Hotlines
from callcenter.people.passwords import Passwords
from callcenter.people.service import People
from callcenter.site.apply import apply
from callcenter.site.read import Site, read_site
from callcenter.store.engine import Store

DOCS = Path(__file__).parents[2] / "docs/commands.md"
HERE = "127.0.0.1"


def example() -> str:
    """The site file that the documentation shows."""
    found = re.search(r"```yaml\n(queues:.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def site(source: str) -> Site:
    found = read_site(source, "site.yaml")
    assert found.findings == ()
    assert found.site is not None
    return found.site


@pytest.fixture
def people(store: Store) -> People:
    return People(store, idle_ms=1000, passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))


async def test_the_example_makes_a_centre(store: Store, people: People) -> None:
    applied = await apply(site(example()), store, people, by="command")
    assert [line for line in applied.done if not line.endswith(" added")] == []
    assert applied.besides == []
    hotlines = Hotlines(store)
    assert [(h.number, h.flow, h.queue, h.language) for h in await hotlines.all()] == [("8000000001", "orders", "orders", "zh_CN")]
    assert len((await hotlines.plan("8000000001")).spans) == 5
    assert await people.seats() == {"1001": "browser", "1002": "desk"}
    assert sorted(applied.passwords) == ["2001", "3001", "9001"]
    agent = await people.check("2001", applied.passwords["2001"], HERE)
    assert (agent.name, agent.roles) == ("王芳", frozenset({"agent"}))
    assert [one.queues for one in await people.agents()] == [("orders",)]
    assert await verify(store) is None


async def test_applied_again_it_changes_what_differs_and_removes_nothing(store: Store, people: People) -> None:
    await apply(site(example()), store, people, by="command")
    assert (await apply(site(example()), store, people, by="command")).done == []
    changed = example().replace("王芳", "王芬").replace('  "1002": {kind: desk}\n', "").replace("en: Orders}", "en: Sales}")
    told = await apply(site(changed), store, people, by="command", dry_run=True)
    assert [one.name for one in await people.everybody()] == ["王芳", "赵敏", "马建国"]
    applied = await apply(site(changed), store, people, by="command")
    assert applied.done == told.done == ["queues: orders en: 'Orders' → 'Sales'", "users: 2001 name: '王芳' → '王芬'"]
    assert applied.besides == ["seats: 1002"]
    assert applied.passwords == {}
    assert "1002" in await people.seats()


async def test_an_agent_may_serve_other_queues(store: Store, people: People) -> None:
    await apply(site(example()), store, people, by="command")
    more = example().replace("queues:\n", "queues:\n  complaints: {zh: 投诉, en: Complaints}\n", 1).replace("[orders]", "[complaints]")
    assert "users: 2001 queues: orders → complaints" in (await apply(site(more), store, people, by="command")).done
    assert [one.queues for one in await people.agents()] == [("complaints",)]


def test_hours_may_be_left_out() -> None:
    assert site(example().replace(', hours: {mon-fri: "08:30-17:30"}', "")).hotlines["8000000001"]["hours"] == ALWAYS


@pytest.mark.parametrize(
    ("before", "after", "line", "what"),
    [
        ("queue: orders", "queue: sales", 1, "hotline 8000000001: there is no queue 'sales'; the queues are orders"),
        ("queues: [orders]", "queues: [sales]", 1, "user 2001: there is no queue 'sales'; the queues are orders"),
        ("roles: [agent]", "roles: [boss]", 9, "expected one of agent, supervisor, qa, admin, got 'boss'"),
        ("roles: [agent]", "roles: [qa]", 1, "user 2001: serves orders without the role agent"),
        ("kind: desk", "kind: sofa", 7, "expected one of browser, desk, got 'sofa'"),
        ('"1001"', '"10 01"', 6, "'10 01' cannot name a seat"),
        ("flow: orders, ", "", 4, "the hotline 8000000001 needs 'flow'"),
        ("08:30-17:30", "8-17", 4, "expected times such as 08:00-17:30, got '8-17'"),
        ("seats:", "chairs:", 5, "a site file has no 'chairs'"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(before: str, after: str, line: int, what: str) -> None:
    found = read_site(example().replace(before, after, 1), "site.yaml")
    assert found.site is None
    assert any(finding.line == line and what in finding.what for finding in found.findings), found.findings
