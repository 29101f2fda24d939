"""A question that Asterisk asks by itself after a key: what is set on the channel for it, and how the line keeps up."""

from __future__ import annotations

import asyncio

from callcenter.telephony.ahead import Ahead, fitting, opening, variables
from tests.fake_asterisk.inbound import FOLLOWS
from tests.telephony.test_lines import LEG, Scene, scene

SECOND = Ahead(("/p/second",), 1, 5, "f@1/second/")


def commands(at: Scene) -> list[str]:
    return at.asks("AGI")


async def asked(at: Scene, count: int) -> dict[str, str]:
    return await at.asterisk.heard("AGI", count)


async def test_the_key_is_told_while_asterisk_asks_on_and_the_next_answer_is_that_questions() -> None:
    async with scene() as (at, line):
        at.asterisk.results["EXEC Read"] = None
        asking = asyncio.create_task(line.ask(["/p/first"], most=1, timeout_s=5, ahead={"1": SECOND}))
        read = await asked(at, 1)
        follows = await asked(at, 2)
        variable = read["Command"].partition('"')[2].partition(",")[0]
        following = FOLLOWS.match(follows["Command"])
        assert following
        then, tag = following.groups()
        assert variable == f"CC_K{tag}"
        word = at.asterisk.variables[LEG, "CC_AHEAD"]
        assert at.asterisk.variables[LEG, f"CC_T{word}_{tag}_1"] == "/p/second,1,,1,5"
        assert at.asterisk.variables[LEG, f"CC_T{word}_{tag}_1_AT"] == "AT=f@1/second/&"
        assert at.asterisk.variables[LEG, "AGIEXECFULL"] == "yes"
        await at.press("1")
        at.asterisk.variables[LEG, variable] = "1"
        await at.ends("200 result=0", 1)
        assert await asking == "1"
        again = asyncio.create_task(line.ask(["/p/second"], most=1, timeout_s=5))
        await at.press("2")
        at.asterisk.variables |= {(LEG, then): "2", (LEG, "READSTATUS"): "OK"}
        await at.ends("200 result=0", 2)
        assert await again == "2"
        assert len(commands(at)) == 2


async def test_a_key_that_leads_to_no_question_is_told_as_ever() -> None:
    async with scene() as (at, line):
        at.asterisk.results["EXEC Read"] = None
        asking = asyncio.create_task(line.ask(["/p/first"], most=1, timeout_s=5, ahead={"1": SECOND}))
        await asked(at, 2)
        await at.press("4")
        await at.ends("200 result=0", 1)
        assert await asking == "4"
        at.reads("TIMEOUT", "")
        at.asterisk.results["EXEC Read"] = "200 result=0"
        assert await line.ask(["/p/second"], most=1, timeout_s=5) == ""
        assert commands(at)[-1] == 'EXEC Read "CC_KEYS,/p/second,1,,1,5"'


async def test_a_key_that_asterisk_did_not_take_leads_nowhere() -> None:
    """It was pressed before Asterisk had picked up the question: Asterisk asks nothing by itself, and the flow goes on from here."""
    async with scene() as (at, line):
        at.asterisk.results["EXEC Read"] = None
        asking = asyncio.create_task(line.ask(["/p/first"], most=1, timeout_s=5, ahead={"1": SECOND}))
        await asked(at, 2)
        await at.press("1")
        at.reads("TIMEOUT", "")
        await at.ends("200 result=0", 1)
        assert await asking == "1"
        at.asterisk.results["EXEC Read"] = "200 result=0"
        assert await line.ask(["/p/second"], most=1, timeout_s=5) == ""
        assert commands(at)[-1] == 'EXEC Read "CC_KEYS,/p/second,1,,1,5"'


async def test_another_question_than_the_one_that_was_meant_waits_for_it() -> None:
    async with scene() as (at, line):
        at.asterisk.results["EXEC Read"] = None
        asking = asyncio.create_task(line.ask(["/p/first"], most=1, timeout_s=5, ahead={"1": SECOND}))
        read = await asked(at, 1)
        await asked(at, 2)
        await at.press("1")
        at.asterisk.variables[LEG, read["Command"].partition('"')[2].partition(",")[0]] = "1"
        await at.ends("200 result=0", 1)
        assert await asking == "1"
        other = asyncio.create_task(line.ask(["/p/other"], most=1, timeout_s=5))
        await at.press("6")
        await at.ends("200 result=0", 2)
        assert await other == "6"


def test_what_a_variable_cannot_hold_waits_for_us() -> None:
    long, strange = Ahead(("/p/second",), 1, 5, "x" * 901), Ahead(("/p/王",), 1, 5, "f@1/second/")
    assert fitting({"1": SECOND, "2": long, "3": strange, "*": SECOND}) == {"1": SECOND}
    assert dict(variables("w", "t", {"1": SECOND})) == {"CC_Tw_t_1": "/p/second,1,,1,5", "CC_Tw_t_1_AT": "AT=f@1/second/&"}
    assert dict(opening("w")) == {"AGIEXECFULL": "yes", "CC_AHEAD": "w"}
