"""What a telephone dials by itself, on the real Asterisk: whose calls it may take, how many it may have outside, what is kept of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from callcenter.audit.tables import AuditRow
from callcenter.store.engine import Store
from callcenter.telephony.secrets import secrets
from tests.live.centre import until
from tests.live.person import signed_in
from tests.live.phone.phone import Phone, Refused, open_phone
from tests.live.scenarios.listening import hear_each_other
from tests.live.scenarios.stage import Desk, House, Stage, opened, rest

pytestmark = [pytest.mark.live, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]

UNAUTHORIZED = 401
A_SENTENCE = 1_000
"""Less than any sentence takes (ms)."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with opened(tmp_path_factory.mktemp("centre")) as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def nobodys(house: House) -> AsyncIterator[Phone]:
    """A telephone at a seat where nobody signed in."""
    async with open_phone(house.centre.sip_port, "1012", house.centre.seat_secret("1012")) as phone:
        yield phone


async def told(house: House, number: str) -> dict[str, Any]:
    """The call to this number, over, in the record."""

    async def look() -> dict[str, Any] | None:
        return next((one for one in await house.centre.calls() if one["to"] == number and one["ended"]), None)

    return dict(await until(f"the call to {number} in the record", look))


async def sent_outside(house: House) -> set[tuple[str, str]]:
    """Who called which number outside, as the audit trail says."""
    store = Store(f"sqlite+aiosqlite:///{house.centre.folder / 'centre.sqlite'}")
    try:
        async with store.transaction() as session:
            lines = (await session.scalars(select(AuditRow).where(AuditRow.act == "sent_outside"))).all()
    finally:
        await store.close()
    return {(line.who, line.what.split()[-1]) for line in lines}


async def test_where_nobody_signed_in_no_call_is_taken_and_it_is_said(house: House, nobodys: Phone) -> None:
    stage = Stage(house)
    async with stage.caller() as caller, stage.desk() as one, house.offering:
        await one.agent.ready()
        leg = await stage.dial_in(caller)
        rung = await one.phone.rings()
        refused = await (await nobodys.dial("*8")).answered()
        assert "over" not in rung.at
        await rung.answer()
        await stage.busy(one)
        await refused.over()
        await leg.hang_up()
        await rung.over()
    parked = await (await nobodys.dial("701")).answered()
    await parked.over()
    for heard in (refused, parked):
        assert heard.at["over"] - heard.at["answered"] > A_SENTENCE, "nothing was said"


async def test_who_picks_up_an_empty_place_hears_it_and_leaves_no_recording(house: House) -> None:
    stage, sounds = Stage(house), house.centre.folder / "recordings"
    before = {file.name for file in sounds.iterdir()}
    async with stage.desk() as one:
        leg = await (await one.phone.dial("705")).answered()
        await leg.over()
        assert leg.at["over"] - leg.at["answered"] > A_SENTENCE
    assert {file.name for file in sounds.iterdir()} == before


async def test_a_seat_has_no_more_calls_outside_than_allowed_and_each_is_kept_in_the_trail(house: House, nobodys: Phone) -> None:
    stage = Stage(house)
    async with stage.desk() as one:
        numbers = [stage.number() for _ in range(3)]
        for number in numbers[:2]:
            leg = await one.phone.dial(number)
            await (await stage.carrier.rings(number)).answer()
            await leg.answered()
        refused = await one.phone.dial(numbers[2])
        await refused.over()
        assert not stage.carrier.has_rung(numbers[2])
        for leg in tuple(one.phone.legs.values()):
            await leg.hang_up()
        again = await one.phone.dial(numbers[2])
        rung = await stage.carrier.rings(numbers[2])
        await again.hang_up()
        await rung.over()
    nobody = await nobodys.dial(stage.number())
    await nobody.over()
    kept = await sent_outside(house)
    assert {(one.number, number) for number in numbers[:2]} <= kept
    assert {who for who, _ in kept} == {one.number}


async def test_whom_a_telephone_sends_outside_is_kept_in_the_trail(house: House) -> None:
    stage = Stage(house)
    number = stage.number()
    async with stage.caller() as caller, stage.desk() as one:
        talk = await stage.reach(caller, one)
        assert await talk.desk_leg.refer(number) == 202
        await (await stage.carrier.rings(number)).answer()
        await talk.desk_leg.hang_up()
        await talk.leg.hang_up()
    assert (one.number, number) in await sent_outside(house)


async def test_who_knows_a_calls_names_does_not_come_into_it(house: House) -> None:
    """An INVITE that asks to replace somebody's leg: from where the carrier's calls come, it is refused, and the two talk on."""
    stage = Stage(house)
    async with stage.caller() as caller, stage.caller() as stranger, stage.desk() as one:
        talk = await stage.reach(caller, one)
        for leg in (talk.leg, talk.desk_leg):
            asking = await stranger.dial("8000000001", instead=leg)
            await asking.over()
            assert "answered" not in asking.at
            assert asking.cause == UNAUTHORIZED
        await rest()
        assert not {"over"} & (talk.leg.at.keys() | talk.desk_leg.at.keys())
        await talk.leg.hang_up()
        await talk.desk_leg.over()
        assert talk.desk_leg.at["over"] >= talk.leg.at["bye"]


async def test_a_seat_that_calls_a_telephone_that_is_off_leaves_a_call(house: House) -> None:
    stage = Stage(house)
    async with stage.desk() as one:
        leg = await one.phone.dial("1011")
        await leg.over()
        call = await told(house, "1011")
    assert (call["from"], call["direction"], call["exit"]) == (one.seat, "internal", "unreachable")


async def test_a_desk_phone_is_offered_sound_in_the_clear_and_hears_its_customer(house: House) -> None:
    stage, centre = Stage(house), house.centre
    async with (
        stage.caller() as caller,
        signed_in(centre, "2011", "1011") as agent,
        open_phone(centre.sip_port, "1011", centre.seat_secret("1011")) as phone,
    ):
        talk = await stage.reach(caller, Desk(agent, phone, "2011", "1011"))
        await rest()
        hear_each_other(talk.leg, talk.desk_leg)
        await talk.desk_leg.hold()
        await talk.desk_leg.unhold()
        await rest()
        hear_each_other(talk.leg, talk.desk_leg)
        await talk.desk_leg.hang_up()
        await talk.leg.hang_up()


async def test_a_new_secret_counts_at_once_and_whoever_talks_goes_on_talking(house: House) -> None:
    stage = Stage(house)
    async with stage.caller() as caller, stage.desk() as one:
        talk = await stage.reach(caller, one)
        said = await house.centre.command("pbx", "renew", one.seat)
        assert said.split(":")[0] == one.seat
        with pytest.raises(Refused):
            await one.phone.sign_in()
        one.phone.learn(secrets(house.centre.settings).seats[one.seat])
        await one.phone.sign_in()
        heard = len(talk.leg.sound.heard)
        await rest()
        assert len(talk.leg.sound.heard) > heard
        assert (await talk.desk_leg.hang_up()).cause == 16
        await talk.leg.hang_up()
        # The next call rings at the phone with the new secret.
        assert (await stage.reach(caller, one)).desk_leg.at["answered"]
