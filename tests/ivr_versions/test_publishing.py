"""Published, refused, rolled back; what new callers walk, and those who were in the middle of something."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from callcenter.calls.words import step_title
from callcenter.floor.call import Step
from callcenter.hotlines.tables import HotlineRow, QueueRow
from callcenter.ivr.language.finding import Finding, errors
from callcenter.ivr.language.known import Known
from callcenter.ivr.published.alarm import Alarm
from callcenter.ivr.published.around import Around
from callcenter.ivr.published.in_use import InUse, silent
from callcenter.ivr.published.kept import Overtaken, Version
from callcenter.ivr.published.publishing import NothingBefore, Refused, judge_beside, publish, roll_back
from callcenter.ivr.published.read_all import Source, read_all
from callcenter.ivr.published.tables import FlowVersionRow
from callcenter.ivr.scripts.script import read_scripts, walk_script
from callcenter.ivr.walking.hotline_flows import Flows, HotlineFlow
from callcenter.ivr.walking.place import Place
from callcenter.settings import read
from callcenter.store.engine import AWAY, Store
from callcenter.web.hub import Hub
from tests.ivr_versions.flows import WALKS, Centre, flow, furnish, goes_to

HOTLINE = "8000000001"


@pytest.fixture
async def centre(store: Store) -> Centre:
    """The flow `orders`, version 1 in use."""
    await furnish(store, "orders")
    made = Centre(store)
    await made.kept.add("orders", flow(), WALKS, by="3001")
    await made.in_use.read()
    await publish(made.in_use, await made.kept.draft("orders"), by="3001")
    return made


async def changed(centre: Centre, text: str, walks: str = WALKS, name: str = "orders") -> Version:
    draft = await centre.kept.draft(name)
    return await publish(centre.in_use, await centre.kept.save(name, text, walks, draft.revision, by="3001"), by="3001")


async def refused(centre: Centre, text: str, walks: str = WALKS, name: str = "orders") -> list[str]:
    with pytest.raises(Refused) as why:
        await changed(centre, text, walks, name)
    return [str(finding) for finding in why.value.findings]


async def test_before_the_first_is_published_callers_go_straight_to_the_queue(store: Store) -> None:
    await furnish(store, "orders")
    centre = Centre(store)
    await centre.kept.add("orders", flow(), WALKS, by="3001")
    flows = await centre.in_use.read()
    assert flows.of(HOTLINE).name == "straight"
    [trouble] = centre.in_use.troubles
    banner = Alarm(centre.in_use, Hub(), read({}, {}))
    assert "Flows in use are not right any more" in banner.html("en")
    assert "来电会绕过出错的环节，或直接转入人工队列" in banner.html("zh_CN")
    assert "热线 8000000001 指定的流程" in banner.html("zh_CN")
    assert "hotline 8000000001 names the flow 'orders', which is not in use" in trouble


async def test_what_is_published_is_walked_at_once_and_spoken_before(centre: Centre) -> None:
    assert centre.version() == "1"
    await changed(centre, flow(says="早上好"))
    assert centre.in_use.flows.of(HOTLINE).version == "2"
    assert centre.in_use.flows.of(HOTLINE).steps["hello"].prompt.texts == {"zh": "早上好"}  # type: ignore[attr-defined]
    assert centre.spoken[-1] == ("orders", "2")


async def test_the_banner_comes_and_goes_with_what_is_wrong(centre: Centre, store: Store) -> None:
    pushed: list[str] = []

    class Watched(Hub):
        def publish(self, topic: str, html: Callable[[str], str]) -> None:
            pushed.append(f"{topic} {html('en')}")

    banner = Alarm(centre.in_use, Watched(), read({}, {}))
    await banner.look()
    assert pushed == []
    async with store.transaction() as session:
        await session.execute(delete(HotlineRow))
        await session.execute(delete(QueueRow))
    await centre.in_use.look(again=True)
    await banner.look()
    await banner.look()
    [told] = pushed
    assert "there is no queue" in told
    async with store.transaction() as session:
        session.add(QueueRow(name="orders", zh="订货", en="Orders", strategy="rrmemory"))
    await centre.in_use.look(again=True)
    await banner.look()
    assert "alert" not in pushed[1]


async def test_another_process_publishes_and_the_next_look_takes_it(centre: Centre, store: Store) -> None:
    command = Centre(store)
    await command.in_use.read()
    await changed(command, flow(says="早上好"))
    assert centre.version() == "1"
    held = centre.in_use.flows
    await centre.in_use.look()
    assert (held.by_name["orders"].version, centre.version()) == ("1", "2")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (flow(then="nowhere"), "orders.yaml:8: there is no step 'nowhere'"),
        (flow(queue="order"), "orders.yaml:9: step 'person': there is no queue 'order'"),
        (flow(name="other"), "a flow keeps its name"),
        ("- a\n", "orders.yaml:1: "),
        ("name: [", "not YAML"),
        (flow().replace("prompt: {zh: 您好}", "prompt: welcom"), "welcom"),
    ],
)
async def test_with_an_error_the_old_one_stays(centre: Centre, text: str, says: str) -> None:
    findings = await refused(centre, text)
    assert any(says in finding for finding in findings), findings
    assert centre.version() == "1"
    assert [version.number for version in await centre.kept.in_use()] == [1]


async def test_a_walk_that_goes_otherwise_keeps_the_old_one(centre: Centre) -> None:
    findings = await refused(centre, flow(), WALKS.replace("path: [hello, person, bye]", "path: [hello, bye]"))
    assert findings == ["orders.walk.yaml:3: a person: expected the path hello bye, walked hello person bye"]
    [finding] = await refused(centre, flow(), WALKS.replace("flow: orders", "flow: other"))
    assert "the walks are through the flow 'other'" in finding
    assert await refused(centre, flow(), "flow: orders\nwalks: {")


async def test_what_somebody_changed_meanwhile_is_not_published(centre: Centre) -> None:
    read = await centre.kept.draft("orders")
    await centre.kept.save("orders", flow(says="早上好"), WALKS, read.revision, by="3002")
    with pytest.raises(Overtaken):
        await publish(centre.in_use, read, by="3001")


async def test_a_version_keeps_the_prompts_it_was_published_with(centre: Centre) -> None:
    version = await changed(centre, flow().replace("prompt: {zh: 您好}", "prompt: welcome"))
    assert version.prompts == {"welcome": {"texts": {"zh": "您好"}, "sounds": {"zh": "ab12"}}}
    centre.prompts.clear()
    await centre.in_use.look(again=True)
    prompt = centre.in_use.flows.by_name["orders"].steps["hello"].prompt  # type: ignore[attr-defined]
    assert (prompt.name, prompt.texts, prompt.sounds) == ("welcome", {"zh": "您好"}, {"zh": "ab12"})
    assert centre.in_use.troubles == []
    assert any("welcome" in one for one in await refused(centre, flow(says="早").replace("prompt: {zh: 早}", "prompt: welcome")))


async def test_another_prompt_of_the_same_name_is_another_version(centre: Centre, store: Store) -> None:
    text = flow().replace("prompt: {zh: 您好}", "prompt: welcome")
    first = await changed(centre, text)
    other = Centre(store)
    other.prompts = {**other.prompts, "welcome": type(other.prompts["welcome"])({"zh": "欢迎"})}
    await other.in_use.read()
    assert (await changed(other, text)).number == first.number + 1


async def test_back_to_the_one_before_and_to_any_other(centre: Centre) -> None:
    for says in ("早上好", "晚上好"):
        await changed(centre, flow(says=says))
    assert (await roll_back(centre.in_use, "orders", None, by="3001")).number == 2
    assert centre.version() == "2"
    assert (await roll_back(centre.in_use, "orders", 1, by="3001", note="x")).number == 1
    assert centre.version() == "1"


async def test_there_is_nothing_before_the_first(centre: Centre) -> None:
    with pytest.raises(NothingBefore):
        await roll_back(centre.in_use, "orders", None, by="3001")


async def test_what_does_not_fit_any_more_is_not_put_back(centre: Centre, store: Store) -> None:
    async with store.transaction() as session:
        session.add(QueueRow(name="new", zh="新", en="New", strategy="rrmemory"))
    await centre.in_use.look(again=True)
    await changed(centre, flow(queue="new"))
    await changed(centre, flow(says="早上好"))
    async with store.transaction() as session:
        await session.execute(delete(QueueRow).where(QueueRow.name == "new"))
    await centre.in_use.look(again=True)
    with pytest.raises(Refused, match="there is no queue 'new'"):
        await roll_back(centre.in_use, "orders", 2, by="3001")
    assert centre.version() == "3"


async def test_one_in_use_that_does_not_fit_any_more_is_told_and_its_callers_are_served(centre: Centre, store: Store) -> None:
    async with store.transaction() as session:
        session.add(QueueRow(name="new", zh="新", en="New", strategy="rrmemory"))
    await centre.in_use.look(again=True)
    await changed(centre, flow(queue="new"))
    async with store.transaction() as session:
        await session.execute(delete(QueueRow).where(QueueRow.name == "new"))
    await centre.in_use.look()
    assert centre.in_use.flows.of(HOTLINE).version == "2"
    await centre.in_use.look(again=True)
    walked = centre.in_use.flows.of(HOTLINE)
    assert (walked.name, walked.version) == ("orders", "2")
    assert walked.steps["person"].queue == "orders", "that of the hotline"  # type: ignore[attr-defined]
    assert any("there is no queue 'new'" in one for one in centre.in_use.troubles)
    await roll_back(centre.in_use, "orders", 1, by="3001")
    assert centre.in_use.flows.of(HOTLINE).version == "1"
    assert centre.in_use.troubles == []


LED_AROUND = """\
name: orders
languages: [zh]
start: ask
person: person
steps:
  ask: {do: do, action: gone, results: {found: bye, failed: out}}
  out: {do: transfer, number: "02112345678", no_answer: person, refused: other}
  other: {do: go_to, flow: gone}
  person: {do: queue, queue: gone, answered: bye, timeout: bye, nobody: message}
  message: {do: message, prompt: {zh: 请留言}, queue: gone, next: bye}
  bye: {do: end}
"""


def led(text: str) -> tuple[Flows, tuple[Finding, ...]]:
    """What is in use where nothing is there that this names."""
    known = Known(queues=frozenset({"a", "orders"}), actions={}, prompts={}, may_dial=lambda _number: False)
    return read_all([Source("orders", text, "7")], Around({HOTLINE: HotlineFlow("orders", "zh_CN", "orders")}, known))


def test_callers_are_led_around_what_a_flow_names_and_is_gone() -> None:
    flows, findings = led(LED_AROUND)
    said = "\n".join(one.what for one in findings)
    assert "no action 'gone'" in said
    assert "may not be dialled" in said
    assert "no flow 'gone'" in said
    assert "'person': there is no queue" in said
    assert "'message': there is no queue" in said
    flow = flows.of(HOTLINE)
    walks = "flow: orders\nwalks:\n  - {it: led around, does: [refused, timeout], services: {actions: {gone: failed}}}\n"
    _, [script], wrong = read_scripts(walks, "walks")
    assert wrong == ()
    assert walk_script(flow, script).path == ["ask", "out", "other", "person", "bye"]
    assert {flow.steps["person"].queue, flow.steps["message"].queue} == {"orders"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("wrong", ["next: nowhere}", "next: bye, colour: red}"])
def test_one_that_is_wrong_in_itself_is_not_walked(wrong: str) -> None:
    flows, findings = led(LED_AROUND.replace("next: bye}", wrong))
    assert errors(findings)
    assert flows.of(HOTLINE).name == "straight"


def test_nobody_is_hung_up_where_another_flow_is_gone() -> None:
    flows, _ = led(LED_AROUND.replace("person: person\n", ""))
    assert flows.of(HOTLINE).name == "straight"


async def test_what_one_in_use_lacks_keeps_no_other_one_from_being_published(centre: Centre) -> None:
    around = centre.in_use.around
    lacking = goes_to("night", "orders").replace("steps:\n", "steps:\n  first: {do: do, action: gone, results: {failed: there}}\n")
    missing = replace(around, known=replace(around.known, actions={}))
    night, _ = read_all([Source("night", lacking.replace("start: there", "start: first")), Source("orders", flow())], missing)
    others = {**centre.in_use.flows.by_name, **night.by_name}
    assert "night" in others
    draft = await centre.kept.draft("orders")
    assert judge_beside(draft, around, others, others, "").good
    assert not judge_beside(replace(draft, text=flow().replace("person", "people")), around, others, others, "").good


async def test_who_comes_back_in_an_earlier_version_stays_in_it(centre: Centre, store: Store) -> None:
    await changed(centre, flow(says="早上好"))
    after_restart = Centre(store)
    await after_restart.in_use.read()
    for version, heard in (("1", "您好"), ("2", "早上好"), ("9", "早上好"), ("0badcafe", "早上好")):
        mark = Place("orders", version, "hello", "zh").encode()
        walked, place = (await after_restart.in_use.walked(mark)).place(HOTLINE, mark)
        assert walked.steps["hello"].prompt.texts == {"zh": heard}, version  # type: ignore[attr-defined]
        assert place is not None
    assert after_restart.in_use.flows.of(HOTLINE).version == "2"
    assert (await after_restart.in_use.walked(None)).of(HOTLINE).version == "2"


async def test_who_comes_back_in_an_earlier_version_is_led_around_what_is_gone_since(
    centre: Centre, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    async with store.transaction() as session:
        session.add(QueueRow(name="new", zh="新", en="New", strategy="rrmemory"))
    await changed(centre, flow(queue="new"))
    await changed(centre, flow(says="早上好"))
    async with store.transaction() as session:
        await session.execute(delete(QueueRow).where(QueueRow.name == "new"))
    after_restart = Centre(store)
    await after_restart.in_use.read()
    assert after_restart.in_use.troubles == []
    mark = Place("orders", "2", "person", "zh", phase="in").encode()
    walked, place = (await after_restart.in_use.walked(mark)).place(HOTLINE, mark)
    assert (walked.version, place is None) == ("2", False)
    assert walked.steps["person"].queue == "orders", "that of the hotline"  # type: ignore[attr-defined]
    said = (
        "version 2 of flow orders, which a caller is in, not right any more: step 'person': there is no queue 'new'; the queues are orders"
    )
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == [said]
    shown = await after_restart.in_use.one("orders", "2")
    assert shown is not None
    assert shown.steps["person"].queue == "new", "shown as it was written"  # type: ignore[attr-defined]


async def test_nobody_comes_back_to_an_earlier_version_that_would_hang_him_up(centre: Centre, store: Store) -> None:
    await centre.kept.add("night", flow("night"), "", by="3001")
    await publish(centre.in_use, await centre.kept.draft("night"), by="3001")
    await changed(centre, goes_to("orders", "night"), "")
    await changed(centre, flow(says="早上好"))
    mark = Place("orders", "2", "there", "zh").encode()
    assert (await centre.in_use.walked(mark)).place(HOTLINE, mark)[0].version == "2"
    async with store.transaction() as session:
        await session.execute(update(FlowVersionRow).where(FlowVersionRow.flow == "night").values(text="of a language before ours"))
    after_restart = Centre(store)
    await after_restart.in_use.read()
    assert "night" not in after_restart.in_use.flows.by_name
    assert (await after_restart.in_use.walked(mark)).place(HOTLINE, mark)[0].version == "3"


async def test_a_flow_to_be_shown_by_its_version(centre: Centre) -> None:
    await changed(centre, flow(says="早上好"))
    draft = await centre.kept.draft("orders")
    await centre.kept.save("orders", flow(says="晚上好"), WALKS, draft.revision, by="3001")
    said = {}
    for version in ("", "1", "2", "draft", "3", "x", "99999999999"):
        found = await centre.in_use.one("orders", version)
        said[version] = found and found.steps["hello"].prompt.texts["zh"]  # type: ignore[attr-defined]
    assert said == {"": "早上好", "1": "您好", "2": "早上好", "draft": "晚上好", "3": None, "x": None, "99999999999": None}
    assert await centre.in_use.one("nothing", "draft") is None


async def test_two_who_publish_at_once_leave_one_in_use(centre: Centre, store: Store) -> None:
    other = Centre(store)
    await other.in_use.read()
    draft = await centre.kept.draft("orders")
    draft = await centre.kept.save("orders", flow(says="早上好"), WALKS, draft.revision, by="3001")
    both = await asyncio.gather(*(publish(one.in_use, draft, by="3001") for one in (centre, other)), return_exceptions=True)
    told = {str(one.number) if isinstance(one, Version) else str(one) for one in both}
    assert told == {"2", "orders: nothing has changed since version 2"}
    assert [version.number for version in await centre.kept.in_use()] == [2]


async def test_a_flow_that_others_go_on_in_is_not_broken_under_them(centre: Centre) -> None:
    await centre.kept.add("night", goes_to("night", "orders"), "", by="3001")
    await publish(centre.in_use, await centre.kept.draft("night"), by="3001")
    assert centre.version("night") == "1"
    findings = await refused(centre, flow().replace("person", "desk"), WALKS.replace("person, bye", "desk, bye"))
    assert [finding for finding in findings if finding.startswith("night.yaml:")], findings
    assert centre.version() == "1"


async def test_a_step_keeps_its_title_in_old_versions(centre: Centre, store: Store) -> None:
    def titled(title: str) -> str:
        return flow().replace("do: say", f"do: say\n    title: {{zh: {title}, en: Hello}}")

    for title in ("问候", "欢迎"):
        await changed(centre, titled(title))
    titles = centre.in_use.step_titles
    assert [titles["orders", version, "hello"][0] for version in ("2", "3", "")] == ["问候", "欢迎", "欢迎"]
    after_restart = Centre(store)
    await after_restart.in_use.read()
    assert step_title(after_restart.in_use.step_titles, Step(1, "orders", "2", "hello", "say", 0), "zh_CN") == "欢迎"
    assert step_title(after_restart.in_use.step_titles, Step(1, "orders", "2", "gone", "say", 0), "zh_CN") == "gone"


async def test_while_the_store_is_away_callers_walk_what_they_walked(sqlite_template: Path, tmp_path: Path) -> None:
    file = tmp_path / "centre.sqlite"
    file.write_bytes(sqlite_template.read_bytes())
    store = Store(f"sqlite+aiosqlite:///{file}")
    try:
        await furnish(store, "orders")
        centre = Centre(store)
        await centre.kept.add("orders", flow(), WALKS, by="3001")
        await centre.in_use.read()
        await publish(centre.in_use, await centre.kept.draft("orders"), by="3001")
        await store.engine.dispose()
        for one in tmp_path.glob("centre.sqlite*"):
            one.unlink()
        await centre.in_use.look()
        await centre.in_use.look(again=True)
        assert centre.in_use.flows.of(HOTLINE).version == "1"
        mark = Place("orders", "7", "hello", "zh").encode()
        walked, place = (await centre.in_use.walked(mark)).place(HOTLINE, mark)
        assert (walked.version, place is None) == ("1", False)
        with pytest.raises(AWAY):
            await InUse(centre.kept, centre.around, silent).read()
    finally:
        await store.close()
