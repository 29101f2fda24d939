"""Either telephone at a seat: what the agent chose, what is registered there, what the seat is for; and what his page says of it."""

from __future__ import annotations

from typing import Any

import pytest

from callcenter.floor import events as ev
from callcenter.live.agents import Agents
from callcenter.live.phones import Phones, is_desk_phone
from callcenter.people.tables import SeatRow
from callcenter.store.clock import now_ms
from callcenter.telephony.actions import Action
from callcenter.telephony.fate import LinkLost
from callcenter.telephony.wire import Message
from tests.desk.centre import Browser, Centre, arriving, ringing, waiting

ASKED = "PJSIP_DIAL_CONTACTS(1001)"
PAGE = "PJSIP/1001/sip:k3v@127.0.0.1:40112;transport=ws;x-ast-orig-host=q.invalid:0"
TELEPHONE = "PJSIP/1001/sip:1001@10.0.0.7:5060"


async def sits(centre: Centre, agent: Browser, seat: str = "1001", phone: str = "") -> None:
    """He signed in at the seat with this phone."""
    await centre.people.stand(agent.user)
    await centre.people.sit(agent.user, seat, phone)
    at = now_ms()
    signed_in = ev.AgentSignedIn(at, agent.user.number, agent.user.name, seat, ("orders",), agent.user.id, phone)
    await centre.put(ev.AgentSignedOut(at, agent.user.number), signed_in)


async def told(agent: Browser) -> dict[str, Any] | None:
    async with agent.client.get("/agent/phone") as answer:
        return None if answer.status == 204 else dict(await answer.json())


async def test_pages_and_telephones_are_told_apart_by_how_they_came() -> None:
    secure = "PJSIP/1001/sip:k3v@127.0.0.1:40112;transport=WSS"
    by_tcp = "PJSIP/1001/sip:1001@10.0.0.7:5060;transport=tcp"
    assert [is_desk_phone(one) for one in (TELEPHONE, by_tcp, f"{PAGE}&{TELEPHONE}")] == [True] * 3
    assert [is_desk_phone(one) for one in ("", PAGE, secure, f"{PAGE}&{secure}")] == [False] * 4


@pytest.mark.parametrize(
    ("registered", "phone"), [("", "browser"), (PAGE, "browser"), (TELEPHONE, "desk")], ids=["nothing", "a page", "a telephone"]
)
async def test_what_is_registered_decides_where_nobody_did(centre: Centre, agent: Browser, registered: str, phone: str) -> None:
    await sits(centre, agent)
    centre.registered[ASKED] = registered
    answer = await told(agent)
    assert (answer is None) == (phone == "desk")
    centre.registered[ASKED] = TELEPHONE if phone == "browser" else ""
    answer = await told(agent)
    assert (answer is None) == (phone == "desk"), "decided once"
    assert answer is None or answer["desk_phone"]
    await centre.keeper.settled()
    assert centre.floor.agents["2001"].phone == phone
    assert [one.phone for one in await centre.people.seated()] == [phone], "it outlives a restart"


async def test_a_seat_for_desk_phones_is_one_where_nobody_chose(centre: Centre, agent: Browser) -> None:
    async with centre.store.transaction() as session:
        session.add(SeatRow(name="1011", kind="desk"))
    await sits(centre, agent, "1011")
    assert await told(agent) is None
    await sits(centre, agent, "1011", "browser")
    assert (await told(agent) or {})["seat"] == "1011"


async def test_the_other_phone_is_taken_by_a_click_but_not_in_a_call(centre: Centre, agent: Browser) -> None:
    await sits(centre, agent, phone="browser")
    answer = await agent.post("/agent/phone", phone="desk")
    assert (answer.status, answer.headers["HX-Refresh"]) == (204, "true")
    await centre.keeper.settled()
    assert await told(agent) is None
    assert (await agent.post("/agent/phone", phone="carrier pigeon")).status == 422
    await centre.put(ev.AgentWants(now_ms(), "2001", ready=True), *arriving("c1", "13800138001"), *waiting("c1"), *ringing("c1"))
    answer = await agent.post("/agent/phone", phone="browser")
    assert answer.status == 409
    assert "通话中不能切换电话。" in await answer.text()
    assert [one.phone for one in await centre.people.seated()] == ["desk"]
    async with centre.browser("2002") as nowhere:
        assert (await nowhere.post("/agent/phone", phone="desk")).status == 409


async def test_who_signs_in_again_at_his_seat_may_choose_anew(centre: Centre, agent: Browser) -> None:
    fields = {"number": "2001", "password": "a right password", "seat": "1001"}
    for chosen, phone in (("desk", "desk"), ("", "desk"), ("browser", "browser")):
        assert (await agent.post("/sign-in", **fields, phone=chosen)).status in (200, 303)
        await centre.keeper.settled()
        assert centre.floor.agents["2001"].phone == phone
    assert (await agent.post("/sign-in", **fields, phone="fax")).status == 422


async def test_his_page_says_which_phone_is_missing(centre: Centre, agent: Browser) -> None:
    await centre.put(ev.SeatChanged(now_ms(), "1001", "UNAVAILABLE"))
    await sits(centre, agent, phone="desk")
    page = await agent.get("/desk")
    assert "分机 1001 上没有已注册的桌面话机" in page
    assert "&#34;phone&#34;: &#34;browser&#34;" in page or '"phone": "browser"' in page
    await sits(centre, agent, phone="browser")
    page = await agent.get("/desk")
    assert "浏览器电话未连接" in page
    await centre.put(ev.SeatChanged(now_ms(), "1001", "NOT_INUSE"))
    assert "没有已注册" not in await agent.get("/desk")


async def test_nothing_is_decided_while_asterisk_does_not_say(centre: Centre, agent: Browser) -> None:
    async def asked(_action: Action) -> list[Message]:
        raise LinkLost

    agents = Agents(centre.people, lambda: centre.floor, centre.keeper.put, now_ms)
    await sits(centre, agent)
    assert await Phones(centre.people, agents, asked, fixed=False).of(agent.user) == "browser"
    assert [one.phone for one in await centre.people.seated()] == [""]


async def test_in_an_asterisk_of_somebody_elses_a_seat_is_what_it_is_set_up_for(centre: Centre, agent: Browser) -> None:
    async def asked(_action: Action) -> list[Message]:
        raise AssertionError("what is registered decides nothing")

    agents = Agents(centre.people, lambda: centre.floor, centre.keeper.put, now_ms)
    await sits(centre, agent, phone="desk")
    assert await Phones(centre.people, agents, asked, fixed=True).of(agent.user) == "browser"
