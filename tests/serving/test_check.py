"""What `callcenter check` finds, all of it at once."""

from __future__ import annotations

import socket
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from callcenter import demo
from callcenter.audit.service import note
from callcenter.check import check, check_beside
from callcenter.ivr.language.load import read_prompts
from callcenter.migrations import run as migrations
from callcenter.people.passwords import Passwords
from callcenter.people.service import People
from callcenter.rooms import rooms
from callcenter.settings import Settings, SettingsError, read
from callcenter.site.apply import apply
from callcenter.site.read import read_site
from callcenter.store.clock import now_ms
from callcenter.store.engine import Store
from tests.ports import free_port


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    """A centre whose store is there and empty, and which has no Asterisk yet."""
    (tmp_path / "var").mkdir()
    (tmp_path / "var/centre.sqlite").write_bytes(sqlite_template.read_bytes())
    return like(tmp_path)


def like(tmp_path: Path, **given: Any) -> Settings:
    own = {"data_dir": tmp_path / "var", "asterisk": "embedded", "asterisk_cache": tmp_path / "cache", "http_port": free_port()}
    own |= {"ami_port": free_port(), "asterisk_http_port": free_port(), "sip_port": free_port(socket.SOCK_DGRAM)}
    return read({"CALLCENTER_SETTINGS": "/dev/null"}, {**own, **given})


async def said(settings: Settings, where: str) -> list[str]:
    return [str(finding) for finding in await check(settings) if finding.where == where]


async def test_nothing_there_yet(tmp_path: Path) -> None:
    settings = like(tmp_path)
    # The calendar of holidays warns or not: that depends on the day of the test.
    assert [finding.where for finding in await check(settings) if finding.where != "holidays"] == ["database", "asterisk"]
    assert not settings.data_dir.exists()
    assert not settings.asterisk_cache.exists()


async def test_a_wrong_setting_hides_nothing_but_what_it_leads_to(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/orders.yaml").write_text("- : [\n")
    with pytest.raises(SettingsError) as raised:
        like(tmp_path, language="fr", asterisk="best", flows_dir=str(tmp_path / "flows"), database=f"sqlite+aiosqlite:///{tmp_path}/none")
    found = await check_beside(raised.value)
    assert [finding.what.split(":")[0] for finding in found if finding.where == "settings"] == ["asterisk", "language"]
    assert {finding.where for finding in found} - {"holidays"} == {"settings", "database", "flows"}
    with pytest.raises(SettingsError) as raised:
        like(tmp_path, database="mysql://x", flows_dir=str(tmp_path / "flows"))
    assert {finding.where for finding in await check_beside(raised.value)} - {"holidays"} == {"settings"}


async def test_what_stands_in_the_way_of_a_start(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no key")
    bad = str(tmp_path / "file")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        [line] = await said(like(tmp_path, http_port=port), "settings")
        assert line.endswith("is taken by another program; the setting http_port chooses another")
    [line] = await said(like(tmp_path, tls_certificate=bad, tls_key=bad), "settings")
    assert "do not make a pair that can be used" in line
    assert [line.rpartition(" ")[0] for line in await said(like(tmp_path, data_dir=f"{bad}/var", asterisk_cache=bad), "settings")] == [
        f"error: settings: data_dir: {bad} is no",
        f"error: settings: asterisk_cache: {bad} is no",
    ]


async def test_a_database_that_is_none(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(bytes(range(256)) * 40)
    bad = like(tmp_path, database=f"sqlite+aiosqlite:///{tmp_path}/bad")
    [line] = await said(bad, "database")
    assert line.startswith("error: database: ")
    assert "file is not a database" in line
    away = like(tmp_path, database="postgresql+asyncpg://keeper:hunter2@127.0.0.1:1/centre")
    [line] = await said(away, "database")
    assert "Connect call failed" in line
    assert "hunter2" not in line


async def test_a_database_of_another_version(settings: Settings) -> None:
    for revision, expected in (("9999", "a newer one made it"), (None, "callcenter db upgrade")):
        with sqlite3.connect(settings.data_dir / "centre.sqlite") as store:
            store.execute("update alembic_version set version_num = ?", (revision,)) if revision else store.execute(
                "delete from alembic_version"
            )
        [line] = await said(settings, "database")
        assert expected in line


async def test_a_database_that_another_program_holds_can_be_looked_at(settings: Settings) -> None:
    with sqlite3.connect(settings.data_dir / "centre.sqlite", isolation_level=None) as other:
        other.execute("pragma journal_mode=wal")
        other.execute("begin exclusive")
        assert await said(settings, "database") == []


async def test_an_audit_trail_that_somebody_changed(settings: Settings) -> None:
    store = Store(settings.database_url)
    for who in ("3001", "9001"):
        await note(store, now_ms, who, "listen", "recording 1 of call 1")
    await store.close()
    assert await said(settings, "audit") == []
    with sqlite3.connect(settings.data_dir / "centre.sqlite") as raw:
        raw.execute("update audit set who = '4001' where seq = 1")
    [line] = await said(settings, "audit")
    assert line.startswith("error: audit: line 1 of the trail: the line was changed")


async def test_broken_flows_and_prompts_that_are_missing(settings: Settings, tmp_path: Path) -> None:
    store = Store(settings.database_url)
    await demo.load(settings, store, passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))
    await store.close()
    assert await said(settings, "flows") == []
    [line] = await said(settings, "prompts")
    assert line.startswith("warning: ")
    flows = tmp_path / "flows"
    flows.mkdir()
    (flows / "orders.yaml").write_text("flow: orders\nstart: nowhere\nsteps:\n  - {}\n")
    (flows / "english.yaml").write_text("- : [\n")
    broken = like(tmp_path, flows_dir=str(flows))
    lines = await said(broken, "flows")
    assert any("orders.yaml" in line for line in lines)
    assert any("english.yaml" in line for line in lines)


async def test_a_shipped_flow_that_no_hotline_begins_in_keeps_nobody_from_starting(settings: Settings, tmp_path: Path) -> None:
    site = read_site(
        "queues: {orders: {zh: 订货, en: Orders}}\nhotlines: {'95001': {zh: 热线, en: Line, flow: orders, queue: orders}}\n", "site"
    )
    assert site.site is not None
    store = Store(settings.database_url)
    await apply(site.site, store, People(store, idle_ms=1), by="")
    await store.close()
    lines = await said(settings, "flows")
    assert any("english.yaml" in line and "there is no queue 'english'" in line for line in lines)
    assert all(line.startswith("warning: ") for line in lines)
    flows = tmp_path / "flows"
    flows.mkdir()
    (flows / "orders.yaml").write_text("name: orders\nstart: nowhere\n")
    assert any(line.startswith("error: ") for line in await said(like(tmp_path, flows_dir=str(flows)), "flows"))


async def test_the_voice_and_prompts_that_differ_from_their_file(settings: Settings, tmp_path: Path) -> None:
    flows = tmp_path / "flows"
    flows.mkdir()
    file = flows / "prompts.yaml"
    file.write_text("welcome: {zh: 您好, en: Hello}\n", encoding="utf-8")
    ours = like(tmp_path, flows_dir=str(flows))
    house = rooms(ours)
    await house.prompts.import_new(read_prompts(file)[0], by="")
    await house.store.close()
    assert await said(ours, "prompts") == []
    file.write_text("welcome: {zh: 您好, en: Good morning}\n", encoding="utf-8")
    [line] = await said(ours, "prompts")
    assert line.startswith("warning: ")
    assert "welcome" in line
    file.write_text("welcome: {zh: [}\n", encoding="utf-8")
    assert all(line.startswith("error: ") for line in await said(ours, "prompts"))
    file.unlink()
    silent = like(tmp_path, flows_dir=str(flows), speech="command", speech_command="false")
    [line] = await said(silent, "prompts")
    assert line == "warning: prompts: the bundled voice speaks: false ended with 1 (setting speech)"


async def test_services_and_a_module_of_actions_that_cannot_be_used(tmp_path: Path) -> None:
    file = tmp_path / "services.yaml"
    file.write_text("balance: {url: x}\n")
    broken = like(tmp_path, services_file=str(file), actions_module="no_such_module_here")
    found = [str(finding) for finding in await check(broken) if finding.where == "actions"]
    assert any(f"{file}:1: service 'balance' needs 'what'" in one for one in found)
    assert any("no_such_module_here:1: cannot be imported: ModuleNotFoundError" in one for one in found)
    assert all(one.startswith("error: ") for one in found)


async def test_flows_are_judged_without_a_store_too(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/orders.yaml").write_text("- : [\n")
    found = {finding.where for finding in await check(like(tmp_path, flows_dir=str(tmp_path / "flows")))}
    assert {"flows", "database"} <= found


def program(folder: Path, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "asterisk").write_text(f"#!/bin/sh\n{text}\n")
    (folder / "asterisk").chmod(0o755)


async def test_an_asterisk_that_is_too_old_or_does_not_run(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
    installed = like(tmp_path, asterisk="installed")
    program(tmp_path / "bin", "echo Asterisk 20.1.0")
    assert await said(installed, "asterisk") == [
        "error: asterisk: the installed Asterisk 20.1.0 is not used: below the security floor 20.20.1"
    ]
    program(tmp_path / "bin", "exit 3")
    [line] = await said(installed, "asterisk")
    assert "does not run" in line
    # auto passes over both and would fetch its own; a look fetches nothing.
    assert await said(like(tmp_path, asterisk="auto"), "asterisk") == [
        f"warning: asterisk: there is none in {tmp_path}/cache yet; the next start fetches it"
    ]


async def test_somebody_elses_asterisk_that_does_not_answer(settings: Settings, tmp_path: Path) -> None:
    first, second = await said(like(tmp_path, asterisk="external", ami_port=1), "asterisk")
    assert first.startswith("error: asterisk: 127.0.0.1:1 does not answer")
    assert second.startswith("warning: asterisk: nothing will tell what happens while the server is away")
    recorded = like(tmp_path, asterisk="external", ami_port=1, asterisk_record="postgresql+asyncpg://pbx@db/asterisk")
    assert len(await said(recorded, "asterisk")) == 1


@pytest.mark.parametrize(("host", "warned"), [("0.0.0.0", 1), ("127.0.0.1", 0)])
async def test_pages_beyond_this_machine_want_https(settings: Settings, tmp_path: Path, host: str, warned: int) -> None:
    assert len(await said(like(tmp_path, http_host=host), "settings")) == warned
    proxied = {"http_host": host, "http_origin": "https://desk.example.com"}
    [line] = await said(like(tmp_path, **proxied), "settings")
    assert line.startswith("warning: settings: behind a proxy")
    assert await said(like(tmp_path, **proxied, trusted_proxies="127.0.0.1"), "settings") == []


async def test_the_revision_of_this_version_is_known() -> None:
    assert migrations.known(migrations.newest())
    assert not migrations.known("9999")
