"""An agent who went without a word leaves his seat to the next one, and nobody else does."""

from __future__ import annotations

from dataclasses import replace

from callcenter.floor.agent import Agent
from callcenter.floor.floor import Floor
from callcenter.live.absent import AWAY_MS, Absent

GONE = Agent("2001", "王芳", 1, "1001", ("orders",), "ready", 0, wants_ready=True)
AT_HIS_PHONE = replace(GONE, number="2002", user=2, seat="1002", reachable=True)
AT_HIS_PAGE = replace(GONE, number="2003", user=3, seat="1003")
IN_A_CALL = replace(GONE, number="2004", user=4, seat="1004", call="c")


async def test_only_who_has_neither_phone_nor_page_nor_call_is_sent_away_and_only_in_time() -> None:
    floor = Floor(link="live", agents={one.number: one for one in (GONE, AT_HIS_PHONE, AT_HIS_PAGE, IN_A_CALL)})
    now = 0
    sent: list[str] = []

    async def stand(agent: Agent) -> None:
        sent.append(agent.number)

    absent = Absent(lambda: floor, lambda user: user == 3, stand, lambda: now)
    await absent.look()
    now = AWAY_MS - 1
    await absent.look()
    assert sent == []
    now = AWAY_MS
    await absent.look()
    assert sent == ["2001"]


async def test_who_came_back_meanwhile_stays() -> None:
    floor = Floor(link="live", agents={"2001": GONE})
    now = 0
    sent: list[str] = []

    async def stand(agent: Agent) -> None:
        sent.append(agent.number)

    absent = Absent(lambda: floor, lambda _user: False, stand, lambda: now)
    await absent.look()
    floor = replace(floor, agents={"2001": replace(GONE, reachable=True)})
    now = AWAY_MS
    await absent.look()
    floor = replace(floor, agents={"2001": GONE})
    now = 2 * AWAY_MS - 1
    await absent.look()
    assert sent == []
