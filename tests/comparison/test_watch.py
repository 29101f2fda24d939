"""The regular look, through a real link to a small server: what stands is said and mended, what is on its way is neither."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from callcenter.comparison.picture import Difference
from callcenter.comparison.watch import Watch
from callcenter.floor import events as ev
from callcenter.floor.floor import Floor, advance
from callcenter.store.clock import now_ms
from tests.fake_asterisk import FakeAsterisk
from tests.fake_asterisk.linked import Inbox, linked

SHOWN = {
    "Uniqueid": "1.1",
    "Channel": "PJSIP/trunk-00000001",
    "ChannelState": "6",
    "CallerIDNum": "139",
    "Context": "cc-in",
    "Exten": "8000000001",
    "Application": "AGI",
    "Duration": "00:00:05",
    "BridgeId": "",
    "ChanVariable": "CC_CALL=1.1\r\nChanVariable: CC_HOTLINE=8000000001",
}
UNKNOWN = Difference("leg", "1.1", "not there", "there", "1.1")


class Centre:
    """A floor that is folded when somebody waits for it, as far as the link has told."""

    def __init__(self, asterisk: FakeAsterisk, inbox: Inbox) -> None:
        self.asterisk, self.inbox, self.floor, self.pictures = asterisk, inbox, Floor(), 0

    async def settled(self) -> None:
        while not self.inbox.queue.empty():
            event = self.inbox.queue.get_nowait()
            self.pictures += isinstance(event, ev.Snapshot)
            self.floor, _ = advance(self.floor, event)

    def shows(self, *legs: dict[str, str]) -> None:
        self.asterisk.lists["CoreShowChannels"] = [("CoreShowChannel", leg) for leg in legs]


@asynccontextmanager
async def watched() -> AsyncIterator[tuple[Centre, Watch]]:
    inbox = Inbox()
    async with FakeAsterisk() as asterisk, linked(asterisk, inbox) as link:
        centre = Centre(asterisk, inbox)
        await inbox.state("live")
        centre.floor = Floor(link="live")
        yield centre, Watch(lambda: centre.floor, link.look, centre.settled, link.correct, now_ms, moment_s=0.01)


def cut(asterisk: FakeAsterisk, asked: dict[str, str]) -> list[str]:
    asterisk.cut()
    return []


async def test_zero_is_normal() -> None:
    async with watched() as (_, watch):
        look = await watch.look()
        assert (look.standing, look.past, look.trouble) == ((), (), "")
        assert look.at is not None
        assert watch.counts == {"looks": 1}


async def test_what_stands_is_said_once_and_mended_by_the_picture_among_the_events(caplog: pytest.LogCaptureFixture) -> None:
    async with watched() as (centre, watch):
        centre.shows(SHOWN)
        look = await watch.look()
        assert centre.floor.calls["1.1"].hotline == "8000000001", "the call that nobody told of is there"
        assert (look.standing, [one.difference for one in look.past]) == ((), [UNKNOWN])
        assert (watch.counts["differences"], watch.counts["healed"]) == (1, 1)
        await watch.look()
        assert watch.counts == {"looks": 2, "differences": 1, "healed": 1}
        assert caplog.text.count("the floor differs from Asterisk") == 1


async def test_what_is_on_its_way_is_no_difference() -> None:
    async with watched() as (centre, watch):
        shown = centre.asterisk.answers["coreshowchannels"]
        looks = 0

        def first_only(asterisk: FakeAsterisk, asked: dict[str, str]) -> list[str]:
            nonlocal looks
            looks += 1
            centre.shows(*([SHOWN] if looks == 1 else []))
            return shown(asterisk, asked)

        centre.asterisk.answers["coreshowchannels"] = first_only
        look = await watch.look()
        assert (looks, look.standing, look.past) == (2, (), ())
        assert watch.counts == {"looks": 1}


async def test_a_picture_in_which_more_than_what_stands_differs_mends_nothing() -> None:
    """A call that came this moment is in the first picture that mends, or it is not mended with."""
    async with watched() as (centre, watch):
        shown = centre.asterisk.answers["coreshowchannels"]
        looks = 0

        def always_another(asterisk: FakeAsterisk, asked: dict[str, str]) -> list[str]:
            nonlocal looks
            looks += 1
            centre.shows(SHOWN, {**SHOWN, "Uniqueid": f"2.{looks}", "ChanVariable": f"CC_CALL=2.{looks}"})
            return shown(asterisk, asked)

        centre.asterisk.answers["coreshowchannels"] = always_another
        look = await watch.look()
        assert [one.difference for one in look.standing] == [UNKNOWN]
        assert centre.floor.calls == {}
        centre.asterisk.answers["coreshowchannels"] = shown
        centre.shows(SHOWN)
        look = await watch.look()
        assert (look.standing, list(centre.floor.calls)) == ((), ["1.1"])


async def test_what_cannot_be_mended_stands_since_it_was_found_and_is_not_mended_again() -> None:
    async with watched() as (centre, watch):
        centre.asterisk.lists["QueueStatus"] = [
            ("QueueMember", {"Queue": "orders", "Location": "PJSIP/1001", "Paused": "0", "InCall": "0"})
        ]
        first = await watch.look()
        again = await watch.look()
        [standing] = again.standing
        assert standing.difference == Difference("member", "orders/1001", "not there", "there")
        assert first.standing == again.standing
        assert watch.counts["differences"] == 1
        assert centre.pictures == 1
        centre.asterisk.lists["QueueStatus"] = []
        look = await watch.look()
        assert (look.standing, watch.counts["healed"]) == ((), 2), "that it went unheard was a difference, too, and was mended"


async def test_a_picture_with_a_hole_is_none() -> None:
    """One leg could not be read: that it is missing says nothing."""
    async with watched() as (centre, watch):
        centre.shows({"Uniqueid": "1.1"})
        look = await watch.look()
        assert "cannot be read" in look.trouble
        assert watch.counts == {"failed_looks": 1}


async def test_a_list_that_is_shorter_than_it_says_is_no_picture() -> None:
    """An answer that held a caller's own lines is not believed and not counted: the leg is there all the same."""
    async with watched() as (centre, watch):
        centre.shows(SHOWN, {**SHOWN, "Uniqueid": "1.2\r\nUniqueid: 1.3"})
        look = await watch.look()
        assert "1 of 2" in look.trouble
        assert centre.floor.calls == {}


async def test_nothing_is_compared_while_the_link_is_away() -> None:
    async with watched() as (centre, watch):
        centre.floor = Floor(link="lost")
        look = await watch.look()
        assert (look.at, look.trouble) == (None, "the link is lost")
        centre.floor = Floor(link="live")
        centre.asterisk.answers["queuestatus"] = cut
        assert (await watch.look()).trouble == "QueueStatus"
        assert watch.counts == {"failed_looks": 1}
