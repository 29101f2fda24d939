"""The pages of flows before a real store, with two flows: `orders` in use, `night` a draft."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from callcenter.ivr.published.kept import Draft
from callcenter.ivr.published.keys import FLOWS
from callcenter.ivr.published.publishing import publish
from callcenter.store.engine import Store
from tests.calls_pages.centre import Client, build, furnish, settings_of, signed_in
from tests.ivr_versions.flows import WALKS, Centre, flow


@dataclass
class FlowPages:
    """A browser without JavaScript; `token` is the supervisor's until somebody else signs in."""

    client: Client
    store: Store
    flows: Centre
    folder: Path
    token: dict[str, str]

    async def sign_in(self, number: str) -> None:
        self.token = await signed_in(self.client, self.store, number)

    async def get(self, path: str, status: int = 200) -> str:
        async with self.client.get(path) as answer:
            assert answer.status == status, await answer.text()
            return html.unescape(await answer.text())

    async def post(self, path: str, **fields: str) -> tuple[int, str]:
        """The status, and the page or where the answer leads."""
        async with self.client.post(path, data=fields, headers=self.token, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location") or html.unescape(await answer.text())

    async def type(self, text: str, walks: str, revision: int, name: str = "orders") -> tuple[int, dict[str, Any]]:
        """What the editor does after a pause in typing."""
        fields = {"text": text, "walks": walks, "revision": str(revision)}
        headers = {**self.token, "Accept": "application/json"}
        async with self.client.post(f"/flows/{name}/draft", data=fields, headers=headers) as answer:
            return answer.status, await answer.json()

    async def draft(self, name: str = "orders") -> Draft:
        return await self.flows.kept.draft(name)


@asynccontextmanager
async def flow_pages(store: Store, tmp_path: Path) -> AsyncIterator[FlowPages]:
    await furnish(store)
    folder = tmp_path / "flows"
    folder.mkdir()
    flows = Centre(store)
    await flows.kept.add("night", flow("night", then="nowhere"), "", by="3001")
    await flows.kept.add("orders", flow(), WALKS, by="3001")
    await flows.in_use.read()
    await publish(flows.in_use, await flows.kept.draft("orders"), by="3001", note="第一版")
    app = build(store, settings_of(tmp_path / "data", flows_dir=str(folder)))
    app[FLOWS] = flows.in_use
    server = TestServer(app)
    await server.start_server()
    async with TestClient(server, headers={"Origin": str(server.make_url("/")).rstrip("/")}) as client:
        yield FlowPages(client, store, flows, folder, await signed_in(client, store, "3001"))
