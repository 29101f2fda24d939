"""The page on which a flow is tried out: presses, what is heard, the path, the conditions, the draft."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from callcenter.crm.callers.service import Callers
from callcenter.crm.cases.service import Cases
from callcenter.crm.customers.service import Customers, NewPhone
from callcenter.hotlines.calendar import WeeklyPlan
from callcenter.hotlines.emergency import Switch
from callcenter.hotlines.hours import Hours
from callcenter.hotlines.opening import Rules, SpecialDay
from callcenter.hotlines.public_days import public_days
from callcenter.ivr.scripts.script import judge, read_scripts
from callcenter.people.tables import UserRow
from callcenter.store.engine import Store
from tests.ivr_seen.centre import Seen, serving
from tests.ivr_seen.flows import orders
from tests.ivr_seen.walked import HOTLINE

PATH = "/flows/orders/simulate"


@pytest.fixture
async def seen(store: Store, tmp_path: Path) -> AsyncIterator[Seen]:
    draft = orders("draft", 订货请按1="新菜单：订货请按1")
    async with serving(store, tmp_path / "data", [draft, orders("v1")]) as opened:
        yield opened


class Page:
    """Somebody who tries the flow out in a browser without JavaScript."""

    def __init__(self, seen: Seen, headers: dict[str, str], text: str) -> None:
        self._seen = seen
        self._headers = headers
        self.text = text

    @classmethod
    async def open(cls, seen: Seen, query: str = "") -> Page:
        headers = await seen.sign_in()
        async with seen.client.get(PATH + query) as answer:
            assert answer.status == 200, await answer.text()
            return cls(seen, headers, await answer.text())

    def fields(self) -> dict[str, str]:
        """What the form would send: as it stands in the page."""
        found = {}
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', self.text):
            found[name] = unquote(value.replace("&#34;", '"').replace("&amp;", "&"))
        for tag in re.findall(r"<input[^>]+>", self.text):
            name = re.search(r'name="([^"]+)"', tag)
            if name and ("checkbox" not in tag or "checked" in tag) and name[1] not in found:
                found[name[1]] = (re.search(r'value="([^"]*)"', tag) or ["", ""])[1]
        for name, inside in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', self.text, re.DOTALL):
            chosen = re.search(r'<option value="([^"]*)" selected', inside) or re.search(r'<option value="([^"]*)"', inside)
            found[name] = chosen[1] if chosen else ""
        return found

    async def press(self, *words: str, status: int = 200, unticked: str = "", **changed: str) -> Page:
        for word in words or ("",):
            fields = {**self.fields(), **changed, **({"press": word} if word else {})}
            fields.pop(unticked, None)
            async with self._seen.client.post(PATH, data=fields, headers=self._headers) as answer:
                self.text = await answer.text()
                assert answer.status == status, self.text
        return self

    @property
    def heard(self) -> list[str]:
        return re.findall(r'<span class="cc-text">([^<]+)</span>', self.text)

    @property
    def lit(self) -> list[str]:
        return re.findall(r'<g id="step-([^"]+)" class="[^"]*flow-lit', self.text)

    @property
    def choices(self) -> list[str]:
        return [word for word in re.findall(r'name="press" value="([^"]+)"', self.text) if word not in ("back", "again")]


async def test_each_press_shows_what_is_heard_and_where_it_leads(seen: Seen) -> None:
    page = await Page.open(seen)
    assert page.heard == ["您好", "订货请按1"]
    assert page.lit == ["greeting", "menu"]
    await page.press("2")
    assert page.heard[-1] == "返回请按1"
    assert page.lit == ["greeting", "menu", "closing"]
    await page.press("0")
    assert page.choices == ["answered", "timeout", "full", "empty", "wait", "hangs up"]
    await page.press("timeout", "spoken")
    assert "通话结束" in page.text
    assert "已留言" in page.text
    assert "登记回拨 1 个" in page.text
    await page.press("back")
    assert page.choices == ["spoken", "silent", "wait", "hangs up"]
    await page.press("again")
    assert page.lit == ["greeting", "menu"]


async def test_what_is_heard_can_be_listened_to(seen: Seen) -> None:
    page = await Page.open(seen)
    addresses = [unquote(one.replace("&amp;", "&")) for one in re.findall(r'data-play="([^"]+)"', page.text)]
    assert addresses == ["/prompts/spoken?language=zh&text=您好", "/prompts/spoken?language=zh&text=订货请按1"]


async def test_several_keys_are_gathered(seen: Seen) -> None:
    page = await Page.open(seen)
    await page.press("1", "4", "2")
    assert '<input type="hidden" name="typed" value="42">' in page.text
    await page.press("#")
    assert page.lit == ["greeting", "menu", "number", "bye"]


async def test_a_caller_waits_in_the_queue_and_hangs_up(seen: Seen) -> None:
    page = await Page.open(seen)
    await page.press("0")
    assert "正在队列 订货咨询 中等待" in page.text
    await page.press("wait", wait="90")
    assert "已等待 90 秒，最多 300 秒" in page.text
    await page.press("wait", wait="0", status=422)
    assert "请输入 1 到 3600 之间的整数" in page.text
    assert page.fields()["wait"] == "0"
    assert page.lit[-1] == "person"
    await page.press("hangs up", wait="")
    assert re.findall(r'bg-blue-lt[^"]*">([^<]+)', page.text)[-2:] == ["等待 90 秒", "挂机"]
    assert "通话结束" in page.text


async def test_what_the_hotline_answers_is_said_in_words(store: Store, tmp_path: Path) -> None:
    text = {"next: menu": "next: hours", "  menu:\n": "  hours: {do: hours, plan: hotline, open: menu, closed: message}\n  menu:\n"}
    limited = {"请留言, en: Please speak}, next: bye": "请留言, en: Please speak}, next: bye, limited: bye"}
    async with serving(store, tmp_path / "data", [orders("v1", **text, **limited)]) as seen:
        await Hours(store, seen.settings.zone, public_days("CN")).set_switch(
            [HOTLINE], Switch(closed=True, zh="系统升级", en="Upgrade"), by="3001"
        )
        page = await Page.open(seen, "?at=2026-11-23T10:00&opening=open&hotline=" + HOTLINE)
        answered = re.compile(r'bg-secondary-lt[^"]*">([^<]+)')
        assert answered.findall(page.text) == ["营业"]
        await page.press(emergency="on")
        assert page.heard[0] == "系统升级"
        assert answered.findall(page.text) == ["紧急状态，暂停受理"]
        await page.press(emergency="", who="nuisance")
        assert answered.findall(page.text) == ["骚扰来电"]
        assert page.lit == []
        await page.press(who="number", opening="closed", limited="1")
        assert answered.findall(page.text) == ["休息", "该号码今日留言、回拨已达上限"]


async def test_a_number_that_several_customers_have_is_looked_up(store: Store, tmp_path: Path) -> None:
    text = {
        "next: menu}": "next: who}",
        "  menu:\n": "  who: {do: lookup, by: number, known: menu, unknown: bye, several: closing, locked: bye}\n  menu:\n",
    }
    async with serving(store, tmp_path / "data", [orders("v1", **text)]) as seen:
        page = await Page.open(seen)
        for who, step in (("several", "closing"), ("number", "bye"), ("known", "menu")):
            await page.press(who=who, name="张三")
            assert page.lit[-1] == step


ASKS_WHO = {
    "next: menu}": "next: who}",
    "  menu:\n": "  who: {do: lookup, by: number, known: told, unknown: bye, several: closing, locked: bye}\n"
    "  told: {do: say, prompt: {zh: '{name}您好，{manager}，{open_case}', en: 'Hello {name}, {manager}, {open_case}'}, next: menu}\n"
    "  menu:\n",
}


async def shop(store: Store, name: str, number: str, licence: str) -> int:
    """A customer with an account manager and a case that is open; he is spoken to in English."""
    customers = Customers(store)
    mine = await customers.add(
        name=name, licence_no=licence, tier="key", account_manager="李梅", language="en", phones=[NewPhone(number), NewPhone("02161234567")]
    )
    async with store.transaction() as session:
        by = await session.scalar(select(UserRow.id).where(UserRow.number == "3001"))
    assert by is not None
    await Cases(store, ZoneInfo("Asia/Shanghai")).open(kind="complaint", text="少一条", by=by, customer=mine)
    return mine


async def test_a_customer_of_the_store_calls_with_all_that_is_known_of_him(store: Store, tmp_path: Path) -> None:
    async with serving(store, tmp_path / "data", [orders("v1", **ASKS_WHO)]) as seen:
        await shop(store, "好邻居便利店", "13900139000", "310115100077")
        page = await Page.open(seen, "?who=known&number=139-0013-9000")
        case = re.search(r"未结工单 ([\w-]+)", page.text)
        assert case
        assert page.heard[1] == f"Hello 好邻居便利店, 李梅, {case[1]}"
        assert all(word in page.text for word in ("重要客户", "客户经理 李梅", '<option value="13900139000">好邻居便利店</option>'))
        await page.press("1", "4", "#")
        found = re.search(r'href="data:application/yaml;charset=utf-8,([^"]+)"', page.text)
        assert found
        _, scripts, findings = read_scripts(unquote(found[1]), "x.walk.yaml")
        assert findings == ()
        assert judge(orders("v1", **ASKS_WHO), scripts[0], "x.walk.yaml") == ()
        await shop(store, "老字号烟店", "13900139001", "310115100078")
        await page.press("again", number="021-61234567")
        assert page.lit[-1] == "closing"
        assert "老字号烟店" in page.text
        await page.press(number="13911112222", status=422)
        assert "库中没有客户登记该号码，请填写来电者的姓名" in page.text
        await page.press(name="张三")
        assert page.heard[1].startswith("张三您好")


async def test_a_customer_who_was_blacklisted_is_turned_away(store: Store, tmp_path: Path) -> None:
    async with serving(store, tmp_path / "data", [orders("v1")]) as seen:
        await shop(store, "好邻居便利店", "13900139000", "310115100077")
        await Callers(store).bar("13900139000", "辱骂", None, by="3001")
        page = await Page.open(seen, "?who=known&number=13900139000")
        assert re.findall(r'bg-secondary-lt[^"]*">([^<]+)', page.text) == ["黑名单拦截"]


async def test_what_is_keyed_in_is_whose_it_is_in_the_store(store: Store, tmp_path: Path) -> None:
    """The answer is filled in beforehand; of a customer from none of whose numbers he calls only the language."""
    text = {"next: bye\n    otherwise: person": "next: who\n    otherwise: person", "most: 8": "most: 12"}
    text["  closing:\n"] = "  who: {do: lookup, by: order, known: told, unknown: bye, several: bye, locked: bye}\n  closing:\n"
    told = "  told: {do: say, prompt: {zh: '{name}您好', en: 'Hello {name}'}, next: bye}\n  bye: {do: end"
    async with serving(store, tmp_path / "data", [orders("v1", **text, **{"  bye: {do: end": told})]) as seen:
        await shop(store, "好邻居便利店", "13900139000", "310115100077")
        page = await Page.open(seen)
        await page.press("1", *"310115100077")
        assert (page.fields()["slot-name"], page.fields()["slot-language"]) == ("", "en")
        assert "不会告知" in page.text
        await page.press("back", who="known", number="13900139000")
        await page.press(*"310115100077"[len(page.fields()["typed"]) :])
        assert (page.fields()["slot-name"], page.fields()["slot-manager"]) == ("好邻居便利店", "李梅")
        await page.press("known")
        assert page.heard[-1] == "Hello 好邻居便利店"


async def test_the_draft_is_walked_as_the_version_in_use_is(seen: Seen) -> None:
    page = await Page.open(seen)
    await page.press(version="draft")
    assert page.heard == ["您好", "新菜单：订货请按1"]


async def test_nobody_on_duty_sends_callers_where_they_would_go(seen: Seen) -> None:
    page = await Page.open(seen)
    await page.press("0", unticked="duty-orders")
    assert page.lit == ["greeting", "menu", "person", "message"]


async def test_hours_are_those_of_the_hotline_on_that_day(store: Store, tmp_path: Path) -> None:
    text = {"next: menu": "next: hours", "  menu:\n": "  hours: {do: hours, plan: hotline, open: menu, closed: message}\n  menu:\n"}
    async with serving(store, tmp_path / "data", [orders("v1", **text)]) as seen:
        hours = Hours(store, seen.settings.zone, public_days("CN"))
        await hours.set_week(HOTLINE, WeeklyPlan.of([(day, 8 * 60, 17 * 60) for day in range(5)]), Rules(), by="3001")
        await hours.add_special(
            SpecialDay(0, HOTLINE, date(2026, 11, 24), date(2026, 11, 24), "盘点", (), None, "今天盘点", "Stocktaking"), by="3001"
        )
        page = await Page.open(seen, "?at=2026-11-23T10:00")
        assert page.lit[-1] == "menu"
        await page.press(at="2026-11-23T19:00")
        assert page.lit[-1] == "message"
        await page.press(at="2026-11-24T10:00")
        assert page.heard[0] == "今天盘点"
        assert page.lit[-1] == "message"
        await page.press(opening="open")
        assert page.lit[-1] == "menu"


async def test_what_was_done_is_a_walk_for_the_flows_tests(seen: Seen) -> None:
    page = await Page.open(seen)
    await page.press("2", "0", "answered")
    found = re.search(r'href="data:application/yaml;charset=utf-8,([^"]+)"', page.text)
    assert found
    name, scripts, findings = read_scripts(unquote(found[1]), "x.walk.yaml")
    assert (name, findings) == ("orders", ())
    assert scripts[0].does == ("2", "0", "answered")
    assert judge(orders("v1"), scripts[0], "x.walk.yaml") == ()


async def test_wrong_conditions_are_told_beside_their_fields_and_nothing_done_is_lost(seen: Seen) -> None:
    page = await Page.open(seen)
    await page.press("2")
    done = page.fields()["done"]
    await page.press(at="yesterday", number="x", status=422)
    assert "请填写号码" in page.text
    assert page.fields()["done"] == done
    assert page.fields()["number"] == "x"
    await page.press(at="2026-11-23T10:00", number="13900000000")
    assert page.lit == ["greeting", "menu", "closing"]


async def test_what_does_not_fit_any_more_is_told(seen: Seen) -> None:
    page = await Page.open(seen)
    await page.press("0", "answered")
    await page.press(unticked="duty-orders")
    assert "请退回一步或重新开始" in page.text


async def test_nonsense_is_refused_and_so_is_who_may_not(seen: Seen) -> None:
    page = await Page.open(seen)
    await page.press(done="[[", status=400)
    await seen.sign_in("4001")
    await seen.text(PATH, 403)


async def test_a_flow_that_was_never_published_is_shown_as_its_draft(store: Store, tmp_path: Path) -> None:
    async with serving(store, tmp_path / "data", [orders("draft")]) as seen:
        page = await Page.open(seen)
        assert page.heard == ["您好", "订货请按1"]
        assert page.fields()["version"] == "draft"
        assert "暂无来电" in await seen.text("/flows/orders/funnel")
        assert "主菜单" in await seen.text("/flows/orders/picture")


async def test_a_draft_that_cannot_be_walked_says_so(store: Store, tmp_path: Path) -> None:
    async with serving(store, tmp_path / "data", [orders("v1")]) as seen:
        page = await Page.open(seen, "?version=draft")
        assert "草稿无法模拟" in page.text
        await page.press(version="")
        assert page.lit == ["greeting", "menu"]
