"""What is said of a call that several talked in."""

from __future__ import annotations

import pytest

from callcenter.calls.words import hung_up_first, talked, waited
from callcenter.floor import events as ev
from tests.floor import stories as tell
from tests.floor.stories import CALLER, OUT, T, folded


@pytest.mark.parametrize(
    ("story", "call", "who"),
    [
        (tell.PLAIN, CALLER, "caller"),
        (tell.SURVEYED, CALLER, "agent"),
        (tell.BLIND, CALLER, "agent"),
        (tell.ATTENDED, CALLER, "caller"),
        (tell.PARKED, CALLER, "caller"),
        (tell.GAVE_UP, CALLER, "caller"),
        (tell.REACHED, OUT, "customer"),
    ],
)
def test_who_hung_up_first_is_who_ended_the_last_talk(story: list[ev.Event], call: str, who: str) -> None:
    assert hung_up_first(folded(story).calls[call]) == who


def test_a_conference_is_one_conversation() -> None:
    call = folded(tell.THREE).calls[CALLER]
    assert talked(call, T) == (5000 - 4002) + (12_000 - 7999)
    assert waited(call, T) == 4002 - 2500
