"""New secrets for seats: who is told them, what of Asterisk's files changes, what stays."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from callcenter.audit.tables import AuditRow
from callcenter.hotlines.tables import QueueRow
from callcenter.people.tables import SeatRow
from callcenter.plan import plan
from callcenter.rooms import Rooms, rooms
from callcenter.seat_secrets import Telling, renew, renew_by_command
from callcenter.settings import Settings, read
from callcenter.telephony import pbx
from callcenter.telephony.embedded import somebody_elses
from callcenter.telephony.secrets import secrets


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
    secrets(settings, await house.people.seats())
    return house


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
    given = await renew(settings, house, ["1001", "1003"], by="9001")
    after = secrets(settings)
    assert given == {seat: after.seats[seat] for seat in ("1001", "1003")}
    assert {seat for seat in before.seats if before.seats[seat] != after.seats[seat]} == {"1001", "1003"}
    assert (after.ami, after.demo_phone, after.trunk) == (before.ami, before.demo_phone, before.trunk)
    text = (etc / "pjsip.conf").read_text()
    assert all(secret in text for secret in after.seats.values())
    assert not any(before.seats[seat] in text for seat in given)
    assert text.count("media_encryption = no") == 1, "a desk phone's seat stays one"
    assert "night" not in (etc / "queues.conf").read_text()
    assert {path.stat().st_mode & 0o077 for path in (etc / "pjsip.conf", settings.data_dir / "secrets.json")} == {0}
    assert (await acts(house))[-1] == ("9001", "seat_secrets_renewed", "1001 1003")


async def test_who_sits_down_after_somebody_else_is_told_a_new_one(settings: Settings, house: Rooms) -> None:
    telling, first = Telling(settings, house), secrets(settings).seats["1001"]
    assert [await telling.tell("1001", "2001") for _ in range(2)] == [first, first]
    assert [await Telling(settings, house).tell("1001", "2001")] == [first], "after a restart, too"
    second = await telling.tell("1001", "2002")
    assert second not in (None, first)
    assert await telling.tell("1001", "2002") == second
    assert await telling.tell("1001", "2001") not in (first, second)
    assert (await telling.tell("1003", "2001"), await telling.tell("1009", "2001")) == (None, None)
    assert [line for line in await acts(house) if line[1] == "seat_secrets_renewed"] == [
        ("2002", "seat_secrets_renewed", "1001"),
        ("2001", "seat_secrets_renewed", "1001"),
    ]


async def test_a_change_of_shift_gives_every_seat_one_new_secret(settings: Settings, house: Rooms) -> None:
    telling = Telling(settings, house)
    for seat in ("1001", "1002"):
        await telling.tell(seat, "2001")
    told = await asyncio.gather(*(telling.tell(seat, "2002") for seat in ("1001", "1002") for _ in range(5)))
    assert set(told) == {secrets(settings).seats[seat] for seat in ("1001", "1002")}
    text = (settings.asterisk_dir / "etc/pjsip.conf").read_text()
    assert all(secret in text for secret in told if secret)


async def test_what_cannot_be_put_in_place_is_not_kept(settings: Settings, house: Rooms) -> None:
    before = secrets(settings)
    settings.asterisk_dir.write_text("in the way")
    with pytest.raises(OSError, match="asterisk"):
        await renew(settings, house, ["1001"], by="command")
    assert secrets(settings) == before
    assert await acts(house) == []


async def test_an_asterisk_of_somebody_elses_keeps_its_own_until_it_is_told(tmp_path: Path, sqlite_template: Path) -> None:
    settings = set_up(tmp_path, sqlite_template, asterisk="external")
    house = await opened(settings)
    try:
        telling = Telling(settings, house)
        assert await telling.tell("1001", "2001") == await telling.tell("1001", "2002")
        before = secrets(settings).seats["1001"]
        assert await renew(settings, house, ["1001"], by="command") != {"1001": before}
        assert not settings.asterisk_dir.exists()
    finally:
        await house.store.close()


async def test_the_command_says_the_secrets_of_desk_phones_alone(
    settings: Settings, house: Rooms, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await renew_by_command(settings, ["1009"]) == 1
    assert "there is no seat 1009; the seats are 1001, 1002, 1003" in capsys.readouterr().err
    assert await renew_by_command(settings, []) == 0
    said, kept = capsys.readouterr().out, json.loads((settings.data_dir / "secrets.json").read_text())["seats"]
    assert f"1003: {kept['1003']}" in said
    assert kept["1001"] not in said
    assert "Asterisk does not run" in said
