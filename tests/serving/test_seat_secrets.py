"""What seats are offered and their secrets: by the phone that is used there; who is told them, what of Asterisk's files changes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from callcenter.audit.tables import AuditRow
from callcenter.floor.changes import AgentChanged
from callcenter.hotlines.tables import QueueRow
from callcenter.live.agents import as_agent
from callcenter.people.tables import SeatRow
from callcenter.plan import plan
from callcenter.rooms import Rooms, rooms
from callcenter.seat_phones import SeatPhones
from callcenter.seat_secrets import put_in_place, renew, renew_by_command
from callcenter.settings import Settings, read
from callcenter.telephony import pbx
from callcenter.telephony.embedded import somebody_elses
from callcenter.telephony.secrets import secrets
from callcenter.web.user import User
from tests.live.centre import until


def set_up(tmp_path: Path, sqlite_template: Path, **given: Any) -> Settings:
    settings = read({"CALLCENTER_SETTINGS": "/dev/null"}, {"data_dir": tmp_path / "var", "asterisk": "embedded", **given})
    settings.data_dir.mkdir()
    (settings.data_dir / "centre.sqlite").write_bytes(sqlite_template.read_bytes())
    return settings


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    return set_up(tmp_path, sqlite_template)


async def opened(settings: Settings) -> Rooms:
    house = rooms(settings)
    async with house.store.transaction() as session:
        session.add_all([SeatRow(name="1001", kind="browser"), SeatRow(name="1002", kind="browser"), SeatRow(name="1003", kind="desk")])
    for number in ("2001", "2002"):
        await house.people.add(number=number, name=number, password="a", roles={"agent"}, language="zh_CN")
    secrets(settings, await house.people.seats())
    return house


async def sits(house: Rooms, number: str, seat: str, phone: str) -> None:
    """He alone sits there, with this phone."""
    for one in await house.people.seated():
        if one.seat == seat:
            await house.people.stand(as_user(one.user, one.number))
    card = await house.people.agent(number)
    assert card is not None
    await house.people.sit(as_user(card.user, number), seat, phone)


def as_user(id: int, number: str) -> User:
    return User(id, number, number, frozenset({"agent"}), "zh_CN")


def offered(settings: Settings, seat: str) -> tuple[bool, str]:
    """Whether Asterisk's file has a seat for browsers, and the secret there."""
    text = (settings.asterisk_dir / "etc" / "pjsip.conf").read_text(encoding="utf-8")
    endpoint, auth = text.split(f"[{seat}](phone)")[1].split(f"[{seat}](phone-auth)")
    return "media_encryption = no" not in endpoint, auth.split("password = ")[1].split("\n")[0]


@pytest.fixture
async def house(settings: Settings) -> AsyncIterator[Rooms]:
    one = await opened(settings)
    yield one
    await one.store.close()


async def acts(house: Rooms) -> list[tuple[str, str, str]]:
    async with house.store.transaction() as session:
        return [(row.who, row.act, row.what) for row in await session.scalars(select(AuditRow).order_by(AuditRow.seq))]


async def test_only_these_seats_have_new_ones_and_nothing_else_of_asterisk_changes(settings: Settings, house: Rooms) -> None:
    before = secrets(settings)
    etc = settings.asterisk_dir / "etc"
    pbx.write(await plan(settings, somebody_elses(), before, house))
    async with house.store.transaction() as session:
        session.add(QueueRow(name="night", zh="夜班", en="Night", strategy="rrmemory"))
    await sits(house, "2001", "1002", "browser")
    given = await renew(settings, house, ["1001", "1003"], by="9001")
    after = secrets(settings)
    assert given == {seat: after.seats[seat] for seat in ("1001", "1003")}
    assert {seat for seat in before.seats if before.seats[seat] != after.seats[seat]} == {"1001", "1003"}
    assert (after.ami, after.demo_phone, after.trunk) == (before.ami, before.demo_phone, before.trunk)
    text = (etc / "pjsip.conf").read_text()
    assert all(secret in text for secret in after.seats.values())
    assert not any(before.seats[seat] in text for seat in given)
    assert [offered(settings, seat)[0] for seat in ("1001", "1002", "1003")] == [False, True, False]
    assert "night" not in (etc / "queues.conf").read_text()
    assert {path.stat().st_mode & 0o077 for path in (etc / "pjsip.conf", settings.data_dir / "secrets.json")} == {0}
    assert (await acts(house))[-1] == ("9001", "seat_secrets_renewed", "1001 1003")


async def test_a_seat_is_offered_what_the_phone_takes_that_is_used_there(settings: Settings, house: Rooms) -> None:
    phones, telephone = SeatPhones(settings, house), secrets(settings).seats
    await put_in_place(settings, house)
    assert [offered(settings, seat) for seat in telephone] == [(False, secret) for secret in telephone.values()]
    await sits(house, "2001", "1001", "browser")
    page = await phones.tell("1001", "2001")
    assert page != telephone["1001"]
    assert offered(settings, "1001") == (True, page), "the telephone cannot take the page's place"
    await sits(house, "2001", "1001", "desk")
    await put_in_place(settings, house)
    assert offered(settings, "1001") == (False, telephone["1001"]), "a telephone's secret stays, whoever used the browser"
    await sits(house, "2002", "1003", "browser")
    assert offered(settings, "1003")[0] is False, "from when his page asks"
    assert offered(settings, "1003") != (True, await phones.tell("1003", "2002"))


async def test_the_choice_outlives_a_restart_of_both(settings: Settings, house: Rooms) -> None:
    await sits(house, "2001", "1001", "browser")
    page = await SeatPhones(settings, house).tell("1001", "2001")
    (settings.asterisk_dir / "etc" / "pjsip.conf").unlink()
    pbx.write(await plan(settings, somebody_elses(), secrets(settings, await house.people.seats()), house))
    assert offered(settings, "1001") == (True, page)


async def test_when_somebody_leaves_the_seat_is_open_to_its_telephone_again(settings: Settings, house: Rooms) -> None:
    phones = SeatPhones(settings, house)
    await sits(house, "2001", "1001", "browser")
    await phones.tell("1001", "2001")
    work = asyncio.create_task(phones.run())
    try:
        (there,) = await house.people.seated()
        await house.people.stand(as_user(there.user, there.number))
        phones.listen([AgentChanged(1, as_agent(there), None)])

        async def is_open() -> bool:
            return offered(settings, "1001") == (False, secrets(settings).seats["1001"])

        await until("the seat is a telephone's", is_open)
    finally:
        work.cancel()


async def test_who_sits_down_after_somebody_else_is_told_a_new_one(settings: Settings, house: Rooms) -> None:
    phones, telephone = SeatPhones(settings, house), secrets(settings).seats["1001"]
    await sits(house, "2001", "1001", "browser")
    first = await phones.tell("1001", "2001")
    assert await phones.tell("1001", "2001") == first
    assert await SeatPhones(settings, house).tell("1001", "2001") == first, "after a restart, too"
    await sits(house, "2002", "1001", "browser")
    second = await phones.tell("1001", "2002")
    assert second != first
    assert await phones.tell("1001", "2002") == second
    await sits(house, "2001", "1001", "browser")
    assert await phones.tell("1001", "2001") not in (first, second)
    assert secrets(settings).seats["1001"] == telephone
    assert [line for line in await acts(house) if line[1] == "seat_secrets_renewed"] == [
        ("2002", "seat_secrets_renewed", "1001"),
        ("2001", "seat_secrets_renewed", "1001"),
    ]


async def test_what_a_page_was_told_by_an_earlier_version_is_no_telephones_any_longer(settings: Settings, house: Rooms) -> None:
    file = settings.data_dir / "secrets.json"
    kept = {**json.loads(file.read_text()), "told": {"1001": "2001"}}
    del kept["browsers"]
    file.write_text(json.dumps(kept))
    await sits(house, "2001", "1001", "browser")
    await put_in_place(settings, house)
    assert offered(settings, "1001") == (True, kept["seats"]["1001"]), "his page goes on until it asks"
    assert await SeatPhones(settings, house).tell("1001", "2001") != kept["seats"]["1001"]
    assert secrets(settings).seats["1001"] != kept["seats"]["1001"]
    assert secrets(settings).seats["1002"] == kept["seats"]["1002"]


async def test_a_change_of_shift_gives_every_seat_one_new_secret(settings: Settings, house: Rooms) -> None:
    phones, seats = SeatPhones(settings, house), {"1001": "2001", "1002": "2002"}
    for seat, number in seats.items():
        await sits(house, number, seat, "browser")
        await phones.tell(seat, "2009")
    told = await asyncio.gather(*(phones.tell(seat, number) for seat, number in seats.items() for _ in range(5)))
    assert set(told) == {secrets(settings).browsers[seat] for seat in seats}
    assert {offered(settings, seat)[1] for seat in seats} == set(told)


async def test_what_cannot_be_put_in_place_is_not_kept(settings: Settings, house: Rooms) -> None:
    before = secrets(settings)
    settings.asterisk_dir.write_text("in the way")
    with pytest.raises(OSError, match="asterisk"):
        await renew(settings, house, ["1001"], by="command")
    assert secrets(settings) == before
    assert not [line for line in await acts(house) if line[1] == "seat_secrets_renewed"]


async def test_an_asterisk_of_somebody_elses_keeps_its_own_until_it_is_told(tmp_path: Path, sqlite_template: Path) -> None:
    settings = set_up(tmp_path, sqlite_template, asterisk="external")
    house = await opened(settings)
    try:
        phones = SeatPhones(settings, house)
        await sits(house, "2001", "1001", "browser")
        before = secrets(settings).seats["1001"]
        assert {await phones.tell("1001", "2001"), await phones.tell("1001", "2002")} == {before}
        await sits(house, "2001", "1003", "browser")
        pbx.write(
            replace(await plan(settings, somebody_elses(), secrets(settings), house), folder=tmp_path, socket_folder=tmp_path / "run")
        )
        text = (tmp_path / "etc" / "pjsip.conf").read_text(encoding="utf-8")
        assert text.count("media_encryption = no") == 1, "as the seats are set up, whoever sits there"
        assert await renew(settings, house, ["1001"], by="command") != {"1001": before}
        assert not settings.asterisk_dir.exists()
    finally:
        await house.store.close()


async def test_the_command_says_what_telephones_sign_in_with_and_no_pages_secret(
    settings: Settings, house: Rooms, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await renew_by_command(settings, ["1009"]) == 1
    assert "there is no seat 1009; the seats are 1001, 1002, 1003" in capsys.readouterr().err
    assert await renew_by_command(settings, []) == 0
    said, kept = capsys.readouterr().out, secrets(settings)
    assert all(f"{seat}: {kept.seats[seat]}" in said for seat in ("1001", "1002", "1003"))
    assert not any(secret in said for secret in kept.browsers.values())
    assert "Asterisk does not run" in said
