"""The record of a period is made anew from tapes, and says what changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from callcenter.calls.rows import load_call, store_call, store_calls
from callcenter.calls.tables import CallRow, RecordingRow
from callcenter.cli import main
from callcenter.crm.customers.tables import CustomerRow
from callcenter.floor.call import Call, Leg
from callcenter.floor.floor import Rules
from callcenter.replay.folding import replay
from callcenter.replay.rewriting import CallsGoOn, Rewritten, rewrite
from callcenter.store.engine import Store
from callcenter.telephony import tape
from tests.streams import callers

NAME = "hold_by_the_desk_phone"
EVER = 2**50


def folded(name: str = NAME) -> list[Call]:
    seen = replay(tape.read(callers.stream(name)), Rules(wrapup_ms=callers.known(name)["wrapup_s"] * 1000))
    return [call for call in seen.calls.values() if call.complete]


async def written(store: Store, calls: list[Call], **more: Any) -> list[Rewritten]:
    return [one async for one in rewrite(store, calls, 0, EVER, serving=False, **more)]


async def record(store: Store) -> list[Call]:
    async with store.transaction() as session:
        ids = list(await session.scalars(select(CallRow.id)))
        return [call for id in ids if (call := await load_call(session, id)) is not None]


async def test_what_the_ledger_wrote_is_what_the_tapes_tell(store: Store) -> None:
    calls = {call.id: replace(call, customer=None, callback=None) for name in callers.NAMES for call in folded(name)}
    async with store.transaction() as session:
        await store_calls(session, [(None, call) for call in calls.values()])
    assert Counter(one.what for one in await written(store, list(calls.values()))) == {"as it was": len(calls)}
    assert len(calls) > 20


async def test_a_wrong_record_is_put_right_and_said(store: Store) -> None:
    call = replace(folded()[0], customer=None)
    extra = Leg("x.9", "PJSIP/1009-00000001", "1009", call.began, role="agent", seat="1009", ended=call.ended)
    wrong = replace(
        call,
        exit="abandoned_queue",
        segments=(*(replace(one, reason="lost_sight") for one in call.segments), replace(call.segments[-1], n=len(call.segments) + 1)),
        legs={**call.legs, extra.id: extra},
    )
    async with store.transaction() as session:
        await store_call(session, None, wrong)
        await session.execute(update(RecordingRow).values(seconds=2.5, state="whole"))
    (dry,) = await written(store, [call], dry_run=True)
    assert await record(store) == [wrong]
    (said,) = await written(store, [call])
    assert said == dry
    assert said.what == "changed"
    assert f"exit abandoned_queue → {call.exit}" in said.why
    assert "x.9" in said.why
    assert await record(store) == [call]
    async with store.transaction() as session:
        assert set(await session.execute(select(RecordingRow.seconds, RecordingRow.state))) == {(2.5, "whole")}
    assert [one.what for one in await written(store, [call])] == ["as it was"]


async def test_missing_calls_are_added_and_what_people_entered_stays(store: Store) -> None:
    call = replace(folded()[0], customer=None)
    assert [one.what for one in await written(store, [call])] == ["added"]
    async with store.transaction() as session:
        customer = CustomerRow(name="李四", kind="retail", tier="mass", address="", district="", account_manager="", notes="", created=1)
        session.add(customer)
        await session.flush()
        await session.execute(update(CallRow).values(customer=customer.id, customer_name="李四", exit="no_agent"))
        known = customer.id
    assert [one.what for one in await written(store, [call])] == ["changed"]
    (now,) = await record(store)
    assert (now.customer, now.customer_name, now.exit) == (known, "李四", call.exit)


async def test_a_customer_who_is_gone_keeps_no_call_out(store: Store) -> None:
    assert [one.what for one in await written(store, [replace(folded()[0], customer=4711)])] == ["added"]
    assert [call.customer for call in await record(store)] == [None]


async def test_calls_that_go_on_are_left_alone(store: Store) -> None:
    call = replace(folded()[0], customer=None)
    going_on = replace(call, ended=None, exit=None)
    async with store.transaction() as session:
        await store_call(session, None, going_on)
    with pytest.raises(CallsGoOn, match=call.id):
        [one async for one in rewrite(store, [call], 0, EVER, serving=True)]
    assert [one.what async for one in rewrite(store, [call], call.began + 1, EVER, serving=True)] == []
    assert [one.what for one in await written(store, [going_on])] == ["goes on"]
    assert [one.what for one in await written(store, [])] == ["not on the tape"]
    assert await record(store) == [going_on]
    assert [one.what for one in await written(store, [call])] == ["changed"]


def test_the_command_writes_a_period_from_the_tapes(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    call = folded()[0]
    folder = tmp_path / "data" / "tape"
    folder.mkdir(parents=True)
    tape.append(folder / f"{tape.day_of(call.began)}.ami.gz", tape.read(callers.stream(NAME)))
    for name, value in (("DATA_DIR", tmp_path / "data"), ("DATABASE", store_url), ("WRAPUP_S", callers.known(NAME)["wrapup_s"])):
        monkeypatch.setenv(f"CALLCENTER_{name}", str(value))

    def run(*words: str) -> tuple[Any, list[str], str]:
        with pytest.raises(SystemExit) as status:
            main(["replay", "--write", *words])
        said = capsys.readouterr()
        return status.value.code, said.out.splitlines(), said.err

    status, lines, err = run("--since", "2026-01-01", "--until", "2036-01-01", "--dry-run")
    assert (status, len(lines)) == (0, len(folded()))
    assert "nothing was written" in err
    status, lines, _ = run("--since", "2026-01-01", "--until", "2036-01-01")
    assert all(" added: " in line for line in lines)
    assert run("--since", "2026-01-01", "--until", "2036-01-01")[1] == []
    assert "no tape" in run("--since", "2020-01-01", "--until", "2020-01-02")[0]
    assert "wants a period" in run()[0]
    torn = list(tape.read(callers.stream(NAME)))
    tape.append(tmp_path / "later.ami.gz", [one for one in torn if one[0] > call.began + 1_000])
    assert run(str(tmp_path / "later.ami.gz"))[1] == [], "of a call that was there before the tape begins the record knows more"
