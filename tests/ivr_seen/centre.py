"""The pages that show flows, over a real store."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from callcenter.ivr.language.action import Action
from callcenter.ivr.language.steps import Flow
from callcenter.ivr.seen.keys import FLOW_ACTIONS, FLOW_OF, VISITS, FlowOf
from callcenter.ivr.seen.visits import Visits
from callcenter.settings import Settings
from callcenter.store.engine import Store
from tests.calls_pages.centre import Client, build, furnish, settings_of, signed_in


@dataclass
class Seen:
    client: Client
    store: Store
    settings: Settings

    async def text(self, path: str, status: int = 200) -> str:
        async with self.client.get(path) as answer:
            assert answer.status == status, await answer.text()
            return html.unescape(await answer.text())

    async def sign_in(self, number: str = "3001") -> dict[str, str]:
        return await signed_in(self.client, self.store, number)

    def at(self, moment: str) -> int:
        """Milliseconds since the epoch of a time on the site's clock."""
        return int(datetime.fromisoformat(moment).replace(tzinfo=self.settings.zone).timestamp() * 1000)


def flow_of(flows: Sequence[Flow]) -> FlowOf:
    """The last one of a name is in use, those before are earlier versions, or its draft."""

    async def found(name: str, version: str) -> Flow | None:
        of = [flow for flow in reversed(flows) if flow.name == name]
        return next((flow for flow in of if flow.version == (version or flow.version) and (version or flow.version != "draft")), None)

    return found


@asynccontextmanager
async def serving(store: Store, folder: Path, flows: Sequence[Flow], actions: Sequence[Action] = ()) -> AsyncIterator[Seen]:
    """A browser without JavaScript before the running pages of these flows."""
    settings = settings_of(folder)
    await furnish(store)
    app = build(store, settings)
    app[VISITS] = Visits(store)
    app[FLOW_OF], app[FLOW_ACTIONS] = flow_of(flows), lambda: {one.name: one for one in actions}
    server = TestServer(app)
    await server.start_server()
    async with TestClient(server, headers={"Origin": str(server.make_url("/")).rstrip("/")}) as client:
        yield Seen(client, store, settings)
