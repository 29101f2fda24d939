"""Failures as a page, as a toast, as JSON, in the user's language; and pages whole or alone."""

from __future__ import annotations

import logging

import pytest

from tests.web.frame_app import serving, sign_in

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("number", "path", "status", "words"),
    [
        ("2001", "/no-such-page", 404, "页面不存在"),
        ("4001", "/no-such-page", 404, "There is no such page"),
        ("2001", "/floor", 403, "您没有权限"),
        ("2001", "/broken", 500, "服务器出错了"),
        ("2001", "/away", 503, "数据库没有响应"),
        ("4001", "/away", 503, "The database does not answer"),
    ],
)
async def test_a_failure_is_told_in_the_users_language(number: str, path: str, status: int, words: str) -> None:
    async with serving() as client:
        await sign_in(client, number)
        page = await client.get(path)
        assert page.status == status
        assert words in await page.text()
        assert 'id="menu"' in await page.text()
        toast = await client.get(path, headers=HTMX)
        assert (toast.status, toast.headers["HX-Retarget"]) == (status, "#toasts")
        assert words in await toast.text()
        assert "<html" not in await toast.text()
        json = await client.get(path, headers={"Accept": "application/json"})
        assert words in str(await json.json())


async def test_an_unforeseen_failure_is_logged_under_the_number_shown_and_tells_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    async with serving() as client:
        await sign_in(client, "2001")
        with caplog.at_level(logging.ERROR):
            answer = await client.get("/broken")
        text = await answer.text()
        assert answer.headers["X-Request-Id"] in text
        assert answer.headers["X-Request-Id"] in caplog.text
        assert "secret" not in text


async def test_what_the_store_raises_when_it_is_away_is_an_argument() -> None:
    async with serving(away=(RuntimeError,)) as client:
        await sign_in(client, "2001")
        assert (await client.get("/broken")).status == 503


async def test_htmx_gets_the_page_alone_and_the_history_the_whole() -> None:
    async with serving() as client:
        await sign_in(client, "2001")
        alone = await (await client.get("/desk", headers={**HTMX, "HX-Boosted": "true"})).text()
        assert alone.lstrip().startswith("<title>Page /desk")
        assert 'id="menu"' not in alone
        whole = await (await client.get("/desk", headers={**HTMX, "HX-History-Restore-Request": "true"})).text()
        assert 'id="menu"' in whole
        assert alone.split("</title>")[1].strip() in whole
