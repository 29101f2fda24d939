"""The link against a small real TCP server: logins, snapshots, losses, and a fate for every action."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Collection
from itertools import pairwise
from pathlib import Path

import pytest

from callcenter.floor import events as ev
from callcenter.telephony import actions
from callcenter.telephony.ami import FIRST_RETRY_S, LONGEST_RETRY_S, NEEDED
from callcenter.telephony.fate import ActionRefused, Deadline, LinkLost
from tests.fake_asterisk import FakeAsterisk, event
from tests.fake_asterisk.linked import Inbox, linked
from tests.fake_asterisk.server import refused


async def test_a_login_goes_through_its_states_and_brings_the_whole_picture(caplog: pytest.LogCaptureFixture) -> None:
    inbox = Inbox()
    async with FakeAsterisk() as asterisk:
        marks = {
            "Uniqueid": "1.1",
            "Channel": "PJSIP/trunk-00000001",
            "ChannelState": "6",
            "CallerIDNum": "139",
            "Context": "cc-in",
            "Exten": "8000000001",
        }
        asterisk.lists["CoreShowChannels"] = [
            ("CoreShowChannel", {**marks, "Application": "AGI", "Duration": "00:01:05", "BridgeId": "", "ChanVariable": "CC_CALL=1.1"}),
            ("CoreShowChannel", {"Uniqueid": "1.2"}),
        ]
        asterisk.lists["QueueStatus"] = [
            ("QueueParams", {"Queue": "orders"}),
            ("QueueMember", {"Queue": "orders", "Location": "PJSIP/1001", "Paused": "1", "InCall": "0"}),
            ("QueueEntry", {"Queue": "orders", "Uniqueid": "1.1", "Position": "1", "Wait": "7"}),
        ]
        asterisk.lists["DeviceStateList"] = [("DeviceStateChange", {"Device": "PJSIP/1001", "State": "NOT_INUSE"})]
        async with linked(asterisk, inbox) as link:
            await inbox.state("live")
            states = [e.state for e in inbox.seen if isinstance(e, ev.LinkChanged)]
            assert states == ["connecting", "logging_in", "booting", "snapshot", "live"]
            (seen,) = [e for e in inbox.seen if isinstance(e, ev.Snapshot)]
            assert [(leg.leg, leg.number, leg.app, seen.at - leg.began, leg.call) for leg in seen.legs] == [
                ("1.1", "139", "AGI", 65_000, "1.1")
            ]
            assert [(w.leg, w.queue, w.position, seen.at - w.since) for w in seen.waiting] == [("1.1", "orders", 1, 7000)]
            assert seen.members == (ev.SeenMember("orders", "1001", paused=True, in_call=False),)
            assert seen.seats == (("1001", "NOT_INUSE"),)
            assert seen.asterisk_began == seen.at - 100_000
            assert len(seen.odd) == 1
            assert "1 parts of Asterisk's picture cannot be read" in caplog.text
            assert link.missing_rights == ()


async def test_what_happened_meanwhile_is_put_first_then_what_came_since_the_login_then_the_picture() -> None:
    inbox, asked = Inbox(), list[tuple[int | None, int]]()

    async def since(last: int | None, until: int, seen: ev.Snapshot, held: Collection[ev.Event]) -> list[ev.Event]:
        asked.append((last, until))
        return [ev.LegGone(1, "1.0", 16)]

    async with FakeAsterisk() as asterisk:
        listed = asterisk.answers["devicestatelist"]
        asterisk.answers["devicestatelist"] = lambda fake, headers: [event("Hold", Uniqueid="1.1"), *listed(fake, headers)]
        async with linked(asterisk, inbox, since=since):
            await inbox.state("live")
            told = [type(e) for e in inbox.seen if not isinstance(e, ev.LinkChanged)]
            assert told == [ev.LegGone, ev.HoldBegan, ev.Snapshot]
            asterisk.cut()
            await inbox.state("lost")
            await inbox.state("live")
    (first, _), (last, until) = asked
    assert first is None
    assert last is not None
    assert last <= until


async def test_a_telephone_that_came_back_while_the_picture_was_taken_stays_there() -> None:
    """Its page was opened anew as the server was: the picture may be older by seconds."""
    inbox, come = Inbox(), asyncio.Event()

    def changes(state: str) -> None:
        asterisk.send(event("DeviceStateChange", Device="PJSIP/1001", State=state))

    async def since(_last: int | None, _until: int, _seen: ev.Snapshot, _held: Collection[ev.Event]) -> list[ev.Event]:
        changes("NOT_INUSE")
        return []

    async def rest(_seen: ev.Snapshot) -> list[ev.Event]:
        changes("INUSE")
        await come.wait()
        return []

    async with FakeAsterisk() as asterisk, linked(asterisk, inbox, since=since, rest=rest):
        await inbox.until(lambda e: isinstance(e, ev.SeatChanged) and e.state == "INUSE")
        come.set()
        await inbox.until(lambda e: isinstance(e, ev.Snapshot))
        await inbox.state("live")
    after = inbox.seen[[type(e) for e in inbox.seen].index(ev.Snapshot) :]
    assert [e.state for e in after if isinstance(e, ev.SeatChanged)] == ["NOT_INUSE", "INUSE"]


async def test_a_login_that_comes_to_nothing_ends_no_gap() -> None:
    """What could not be read during it is asked for again: nobody would ever tell of the calls before it."""
    inbox, asked = Inbox(), list[int | None]()

    async def since(last: int | None, _until: int, _seen: ev.Snapshot, _held: Collection[ev.Event]) -> list[ev.Event]:
        asked.append(last)
        return []

    async def rest(_seen: ev.Snapshot) -> list[ev.Event]:
        if len(asked) in (1, 3):
            asterisk.cut()
        return []

    async with FakeAsterisk() as asterisk, linked(asterisk, inbox, since=since, rest=rest):
        await inbox.state("live")
        asterisk.cut()
        await inbox.state("lost")
        await inbox.state("live")
    first, second, third, fourth = asked
    assert (first, second) == (None, None)
    assert third == fourth is not None


async def test_what_came_since_the_login_is_not_asked_of_the_past_though_we_saw_late_that_we_were_logged_in() -> None:
    inbox, asked, seconds_ago = Inbox(), list[int](), int(time.time()) - 4

    async def since(_last: int | None, until: int, _seen: ev.Snapshot, _held: Collection[ev.Event]) -> list[ev.Event]:
        asked.append(until)
        return []

    async with FakeAsterisk() as asterisk:
        listed = asterisk.answers["devicestatelist"]
        came = event("Hold", Uniqueid="1.1", Timestamp=f"{seconds_ago}.250000")
        asterisk.answers["devicestatelist"] = lambda fake, headers: [came, *listed(fake, headers)]
        async with linked(asterisk, inbox, since=since):
            await inbox.state("live")
    assert asked == [seconds_ago * 1000 + 250]


async def test_what_asterisk_told_seconds_before_we_read_it_is_where_the_past_begins_when_the_link_goes_then() -> None:
    inbox, asked, seconds_ago = Inbox(), list[int | None](), int(time.time()) - 9

    async def since(last: int | None, _until: int, _seen: ev.Snapshot, _held: Collection[ev.Event]) -> list[ev.Event]:
        asked.append(last)
        return []

    async with FakeAsterisk() as asterisk, linked(asterisk, inbox, since=since) as link:
        await inbox.state("live")
        await asterisk.heard("Setvar", Variable="CC_BEAT")
        asterisk.silent = True
        asterisk.send(event("Hold", Uniqueid="1.1", Timestamp=f"{seconds_ago}.250000"))
        await inbox.until(lambda e: isinstance(e, ev.HoldBegan))
        assert link.heard == seconds_ago * 1000 + 250
        asterisk.cut()
        asterisk.silent = False
        await inbox.state("lost")
        await inbox.state("live")
    assert asked == [None, seconds_ago * 1000 + 250]


async def test_the_heartbeat_is_set_each_second_in_asterisks_epoch() -> None:
    async with FakeAsterisk() as asterisk, linked(asterisk, Inbox()):
        first = await asterisk.heard("Setvar", Variable="CC_BEAT")
        third = await asterisk.heard("Setvar", 3, Variable="CC_BEAT")
        assert 1 <= int(third["Value"]) - int(first["Value"]) <= 3


async def test_events_before_and_after_the_login_come_in_order_and_half_messages_wait() -> None:
    inbox = Inbox()
    async with FakeAsterisk() as asterisk, linked(asterisk, inbox):
        await inbox.state("live")
        asterisk.silent = True
        half, rest = event("Unhold", Uniqueid="1.1").split("ueid")
        asterisk.send(event("Hold", Uniqueid="1.1") + half)
        await inbox.until(lambda e: isinstance(e, ev.HoldBegan))
        asterisk.send(f"ueid{rest}")
        assert await inbox.until(lambda e: isinstance(e, ev.HoldEnded))


async def test_a_garbled_event_is_counted_and_the_next_one_is_told() -> None:
    inbox = Inbox()
    async with FakeAsterisk() as asterisk, linked(asterisk, inbox) as link:
        await inbox.state("live")
        asterisk.send(event("Hangup", Cause="x") + event("Hangup", Uniqueid="1.1", Cause="16"))
        assert await inbox.until(lambda e: isinstance(e, ev.LegGone))
        assert link.counts["garbled"] == 1


async def test_a_cut_link_fails_what_is_on_its_way_and_sends_nothing_twice() -> None:
    inbox = Inbox()
    async with FakeAsterisk() as asterisk, linked(asterisk, inbox) as link:
        await inbox.state("live")
        asterisk.answers["originate"] = lambda _, asked: []
        dialling = asyncio.create_task(link.act(actions.originate_seat_then_number("1001", "13900000001", "c1", "l1", 20)))
        await asterisk.heard("Originate")
        asterisk.cut()
        with pytest.raises(LinkLost):
            await dialling
        await inbox.state("lost")
        with pytest.raises(LinkLost):
            await link.act(actions.hangup("1.1"))
        await inbox.state("live")
        assert asterisk.logins == 2
        await link.act(actions.queue_pause("1001", True))
        assert [one["Action"] for one in asterisk.asked].count("Originate") == 1
        assert [one["Action"] for one in asterisk.asked].count("Hangup") == 0


async def test_an_asterisk_that_goes_silent_is_noticed_within_six_seconds() -> None:
    inbox = Inbox()
    async with FakeAsterisk() as asterisk, linked(asterisk, inbox):
        await inbox.state("live")
        asterisk.silent = True
        await inbox.until(lambda e: e == ev.LinkChanged(e.at, "lost"), within_s=6.0)
        asterisk.silent = False
        await inbox.state("live")


async def test_a_storm_of_events_behind_which_the_pings_answer_waits_is_no_silence() -> None:
    inbox = Inbox()
    async with FakeAsterisk() as asterisk, linked(asterisk, inbox):
        await inbox.state("live")
        asterisk.answers["ping"] = lambda *_: []
        pings = len([one for one in asterisk.asked if one["Action"] == "Ping"])

        async def storm() -> None:
            while True:
                asterisk.send(event("DeviceStateChange", Device="PJSIP/1001", State="NOT_INUSE"))
                await asyncio.sleep(0.5)

        raging = asyncio.create_task(storm())
        await asterisk.heard("Ping", count=pings + 2)
        raging.cancel()
        assert asterisk.logins == 1


async def test_an_asterisk_that_was_away_at_the_start_is_found_when_it_comes() -> None:
    inbox = Inbox()
    asterisk = FakeAsterisk()
    await asterisk.start()
    await asterisk.stop()
    async with linked(asterisk, inbox):
        await inbox.state("lost")
        assert asterisk.logins == 0
        await asterisk.start()
        await inbox.state("live")
        assert asterisk.logins == 1
        await asterisk.stop()


async def test_who_is_not_there_is_asked_for_again_after_a_while_that_doubles_up_to_a_limit() -> None:
    inbox = Inbox()
    asterisk = FakeAsterisk()
    await asterisk.start()
    await asterisk.stop()
    async with linked(asterisk, inbox):
        tries = [(await inbox.state("connecting")).at for _ in range(4)]
    pauses = [(after - before) / 1000 for before, after in pairwise(tries)]
    assert all(pause >= 0.5 * FIRST_RETRY_S * 2**n for n, pause in enumerate(pauses)), pauses
    assert pauses[0] < FIRST_RETRY_S * 4 < LONGEST_RETRY_S


async def test_a_wrong_secret_is_said() -> None:
    inbox = Inbox()
    async with FakeAsterisk() as asterisk, linked(asterisk, inbox, secret="wrong") as link:
        await inbox.state("lost")
        assert "Authentication failed" in link.trouble


async def test_every_action_has_a_fate() -> None:
    inbox = Inbox()
    async with FakeAsterisk() as asterisk, linked(asterisk, inbox) as link:
        await inbox.state("live")
        asterisk.answers["hangup"] = refused("No such channel")
        asterisk.answers["queueadd"] = lambda _, asked: []
        with pytest.raises(ActionRefused, match="No such channel"):
            await link.act(actions.hangup("1.1"))
        with pytest.raises(Deadline):
            await link.act(actions.queue_add("orders", "1001", "王小明", paused=False), deadline_s=0.1)
        with pytest.raises(ValueError, match="control character"):
            await link.act(actions.Action("Hangup", (("Channel", "x\r\nAction: Originate"),)))
        assert link.state == "live"


async def test_what_is_told_without_waiting_has_a_fate_too_and_each_is_counted() -> None:
    inbox = Inbox()
    async with FakeAsterisk() as asterisk, linked(asterisk, inbox) as link:
        await inbox.state("live")
        asterisk.answers["setvar"] = lambda _, asked: []
        link.tell(actions.setvar("1.1", "CC_AT", "main"))
        await asterisk.heard("Setvar", Variable="CC_AT")
        asterisk.answers["hangup"] = refused("No such channel")
        with pytest.raises(ActionRefused):
            await link.act(actions.hangup("1.1"))
        given_up = asyncio.create_task(link.act(actions.setvar("1.1", "CC_AT", "orders")))
        await asterisk.heard("Setvar", Variable="CC_AT", Value="orders")
        given_up.cancel()
        asterisk.cut()
        await inbox.state("live")
        assert (link.counts["refused"], link.counts["given_up"]) == (1, 1)
        assert link.counts["cut_off"] >= 1
        assert (link.counts["logins"], link.counts["losses"]) == (2, 1)
        fates = [link.counts[fate] for fate in ("answered", "refused", "unanswered", "cut_off", "given_up")]
    assert link.counts["actions"] - sum(fates) <= 2, "the pings and the heartbeat of this moment"


async def test_every_verb_that_we_can_send_is_among_the_rights_that_are_checked() -> None:
    sent = set(re.findall(r'Action\(\s*"(\w+)"', Path(actions.__file__).read_text(encoding="utf-8")))
    assert {"Originate", "QueueAdd"} <= sent
    assert sent - {"Login", "Ping", "ListCommands", "ParkedCalls"} == NEEDED, "the others need no right"


async def test_an_asterisk_that_goes_silent_before_it_is_fully_booted_is_noticed_too() -> None:
    inbox = Inbox()
    async with FakeAsterisk() as asterisk, linked(asterisk, inbox):
        await inbox.state("live")
        asterisk.booted = False
        asterisk.cut()
        await inbox.state("lost")
        await inbox.state("booting")
        asterisk.silent = True
        await inbox.until(lambda e: e == ev.LinkChanged(e.at, "lost"), within_s=6.0)


async def test_a_full_inbox_drops_the_link_and_the_next_picture_mends_it() -> None:
    inbox = Inbox(most=20)
    async with FakeAsterisk() as asterisk, linked(asterisk, inbox) as link:
        await inbox.state("live")
        asterisk.send("".join(event("Hold", Uniqueid=f"1.{n}") for n in range(100)))
        await inbox.state("lost")
        await inbox.until(lambda e: isinstance(e, ev.Snapshot))
        await inbox.state("live")
        assert link.counts["overrun"] >= 1


async def test_missing_rights_are_named() -> None:
    inbox = Inbox()
    async with FakeAsterisk() as asterisk:
        asterisk.answers["listcommands"] = lambda _, asked: [
            event("x"),
            "Response: Success\r\nActionID: " + asked["ActionID"] + "\r\nPing: p\r\n\r\n",
        ]
        async with linked(asterisk, inbox) as link:
            await inbox.state("live")
            assert "Originate" in link.missing_rights
            assert "Ping" not in link.missing_rights
