"""HTTPS by two settings: the pages, what is pushed, and the phone all come over one certificate made by one command."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from callcenter.web.guards import SESSION_COOKIE
from tests.live.browser import Screen, chromium
from tests.live.centre import Centre

pytestmark = [pytest.mark.live, pytest.mark.timeout(120)]


class SecureCentre(Centre):
    """A centre on HTTPS, with a certificate that nobody has signed."""

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.http_port}"

    async def health(self) -> dict[str, Any]:
        try:
            async with aiohttp.ClientSession() as session, session.get(f"{self.url}/healthz", ssl=False) as answer:
                return dict(await answer.json())
        except aiohttp.ClientError:
            return {}


async def test_an_agent_signs_in_over_https_and_his_phone_is_ready(tmp_path: Path) -> None:
    centre = SecureCentre(tmp_path, http_host="0.0.0.0")
    assert "without HTTPS" in await centre.command("check", "--json", status=1)
    made = tomllib.loads(await centre.command("certificate", "127.0.0.1", "localhost"))
    assert Path(made["tls_key"]).stat().st_mode & 0o077 == 0
    centre.environ |= {f"CALLCENTER_{name.upper()}": value for name, value in made.items()}
    try:
        await centre.start()
        assert f"Ready: https://localhost:{centre.http_port}" in centre.output()
        assert "without HTTPS" not in await centre.command("check")
        async with chromium(tmp_path, 500) as browser:
            context = await browser.new_context(ignore_https_errors=True, permissions=["microphone"])
            screen = Screen(centre, await context.new_page())
            await screen.sign_in("2001", "1001")
            await screen.page.wait_for_url("**/desk")
            await screen.ready()
            [session] = [one for one in await context.cookies() if one["name"] == SESSION_COOKIE]
            assert session["secure"]
            assert session["httpOnly"]
            assert screen.errors == []
            await context.close()
    finally:
        await centre.stop()
