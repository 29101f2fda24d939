"""A lost link on a full house, 500 agents and 300 calls: two seconds after Asterisk is fully booted the picture is right."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from callcenter.comparison.picture import differences
from callcenter.floor import events as ev
from callcenter.floor.changes import Change, LinkMoved
from callcenter.floor.floor import Floor, Rules
from callcenter.live.keeper import Keeper
from callcenter.telephony.ami import Link
from callcenter.telephony.lines import Lines
from tests.fake_asterisk import FakeAsterisk
from tests.live.centre import until

AGENTS, CALLS, MENUS = 500, 300, 60
QUEUES = ("orders", "complaints", "english")
RIGHT_S = 2.0

Headers = dict[str, str]


def seat(n: int) -> str:
    return str(1000 + n)


def leg(id: str, name: str, call: str, bridge: str, app: str) -> Headers:
    marks = f"CC_CALL={call}\r\nChanVariable: CC_HOTLINE=8000000001\r\nChanVariable: CC_AT=main,1,menu,1"
    names = {"Uniqueid": id, "Linkedid": call, "Channel": name, "Context": "cc-in", "Exten": "8000000001", "ChanVariable": marks}
    return {**names, "ChannelState": "6", "CallerIDNum": "13900000000", "Application": app, "Duration": "00:01:05", "BridgeId": bridge}


def house(asterisk: FakeAsterisk, calls: list[int]) -> None:
    """What Asterisk shows: these calls, most of them talks at seats, some of them in the menus; the others' phones are free."""
    legs, busy = list[Headers](), set[str]()
    for n in calls:
        caller, talks = f"a1-{n}.0", n % CALLS >= MENUS
        legs.append(leg(caller, f"PJSIP/trunk-{n:08x}", caller, f"b{n}" if talks else "", "Queue" if talks else "AGI"))
        if talks:
            busy.add(seat(n % AGENTS))
            legs.append(leg(f"a1-{n}.1", f"PJSIP/{seat(n % AGENTS)}-{n:08x}", caller, f"b{n}", "AppQueue"))
    seats = [seat(n) for n in range(AGENTS)]
    asterisk.lists["CoreShowChannels"] = [("CoreShowChannel", one) for one in legs]
    asterisk.lists["DeviceStateList"] = [
        ("DeviceStateChange", {"Device": f"PJSIP/{one}", "State": "INUSE" if one in busy else "NOT_INUSE"}) for one in seats
    ]
    # Nobody has seen how their calls came to them: they are not offered others meanwhile.
    members = [
        {"Queue": queue, "Location": f"PJSIP/{one}", "Paused": str(int(one in busy)), "InCall": "0"} for queue in QUEUES for one in seats
    ]
    asterisk.lists["QueueStatus"] = [("QueueMember", one) for one in members]


async def test_the_whole_picture_is_right_in_two_seconds() -> None:
    keeper = Keeper(Floor(rules=Rules(wrapup_ms=0)))
    for n in range(AGENTS):
        keeper.put(ev.AgentSignedIn(0, agent=str(n), name="", seat=seat(n), queues=QUEUES, user=n))
        keeper.put(ev.AgentWants(0, agent=str(n), ready=True))
    booted = list[float]()

    def note(changes: Sequence[Change]) -> None:
        booted.extend(time.monotonic() for one in changes if isinstance(one, LinkMoved) and one.after == "snapshot")

    keeper.listen(note)
    keeping = asyncio.create_task(keeper.run())
    async with FakeAsterisk() as asterisk:
        house(asterisk, list(range(CALLS)))
        link = Link("127.0.0.1", asterisk.port, "callcenter", "secret", keeper.offer, None, Lines(lambda line: None))
        linking = asyncio.create_task(link.run())
        try:
            await until("the first picture", lambda: right(keeper, link))
            # A third of the calls ends unseen and as many begin; the link is cut in the middle of what Asterisk says.
            house(asterisk, list(range(CALLS // 3, CALLS + CALLS // 3)))
            asterisk.send("Event: Hold\r\nUniq")
            asterisk.cut()
            await until("the link is lost", lambda: lost(keeper))
            await until("the picture after the loss", lambda: right(keeper, link), 15)
            took = time.monotonic() - booted[-1]
        finally:
            await link.close()
            keeping.cancel()
            await asyncio.wait({keeping, linking})
    live = [call for call in keeper.floor.calls.values() if call.ended is None]
    assert len(live) == CALLS
    assert sum(agent.state == "talking" for agent in keeper.floor.agents.values()) == CALLS - MENUS
    assert keeper.counts["misfits"] == 0
    assert took < RIGHT_S, f"{took:.2f} s"


async def lost(keeper: Keeper) -> bool:
    return keeper.floor.link != "live"


async def right(keeper: Keeper, link: Link) -> bool:
    """Whether the floor agrees in everything with what Asterisk shows."""
    if keeper.floor.link != "live":
        return False
    seen = await link.look()
    await keeper.settled()
    return not differences(keeper.floor, seen)
