"""The prompts' pages over a real store, with a flow that says two of them."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer

from callcenter.ivr.language.known import Known
from callcenter.ivr.named.keys import DECODER, NAMED, SOUND_FILES
from callcenter.ivr.named.service import NamedPrompts
from callcenter.ivr.published.around import Around
from callcenter.ivr.published.in_use import InUse, silent
from callcenter.ivr.published.kept import KeptFlows
from callcenter.ivr.published.keys import FLOWS
from callcenter.ivr.published.read_all import Source, linked, prompts_used
from callcenter.ivr.sounds.decoder import Decoder
from callcenter.ivr.sounds.prompts import Prompts
from callcenter.ivr.sounds.speech import Voice
from callcenter.store.engine import Store
from tests.calls_pages.centre import Client, build, furnish, settings_of, signed_in

FLOW = """\
name: orders
languages: [zh, en]
start: hello
steps:
  hello:
    do: say
    title: {zh: 问候, en: Greeting}
    prompt: welcome
    next: bye
  bye:
    do: end
    prompt: goodbye
"""

TEXTS = {
    "welcome": {"zh": "您好,欢迎致电订货热线。", "en": "Welcome to the order line."},
    "goodbye": {"zh": "再见。", "en": "Goodbye."},
    "fallback_welcome": {"zh": "您好,正在为您转接人工服务,请稍候。", "en": "We are connecting you with a person."},
    "amount": {"zh": "您的余额是{amount:money}。"},
}


@dataclass
class PromptCentre:
    client: Client
    store: Store
    named: NamedPrompts
    files: Prompts
    token: dict[str, str]
    in_use: InUse

    async def sign_in(self, number: str) -> None:
        self.token = await signed_in(self.client, self.store, number)

    async def get(self, path: str, status: int = 200, query: dict[str, str] | None = None) -> str:
        async with self.client.get(path, params=query) as answer:
            assert answer.status == status
            return html.unescape(await answer.text())

    async def sound(self, path: str, **query: str) -> bytes:
        async with self.client.get(path, params=query) as answer:
            assert (answer.status, answer.headers["Content-Type"]) == (200, "audio/wav")
            return await answer.read()

    async def post(self, path: str, **fields: str) -> tuple[int, str]:
        """The status, and the page or where the answer leads."""
        async with self.client.post(path, data=fields, headers=self.token, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location") or html.unescape(await answer.text())

    async def write(self, name: str, language: str, text: str, *, heard: str = "voice", file: bytes = b"", **more: str) -> tuple[int, str]:
        """As the form on a prompt's page does, with what it read there."""
        said = (await self.named.one(name)).said.get(language)
        form = FormData(quote_fields=False)
        fields = {"text": text, "heard": heard, "after": str(said.id if said else 0), "source": "uploaded", **more}
        for field, value in fields.items():
            if field != "called":
                form.add_field(f"{field}_{language}", value)
        form.add_field(f"file_{language}", file, filename=more.get("called", "sound.mp3") if file else "", content_type="audio/mpeg")
        async with self.client.post(f"/prompts/{name}/{language}", data=form, headers=self.token, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location") or html.unescape(await answer.text())


async def publish(store: Store, named: NamedPrompts) -> None:
    """The flow as it is, with its prompts as they are."""
    kept = KeptFlows(store)
    drafts = {draft.name: draft for draft in await kept.drafts()}
    draft = drafts.get("orders") or await kept.add("orders", FLOW, "", by="3001")
    read = linked([Source("orders", FLOW)], Known(prompts=await named.named()))
    await kept.publish("orders", draft.revision, prompts_used(read["orders"]), by="3001")


@asynccontextmanager
async def prompt_centre(store: Store, folder: Path) -> AsyncIterator[PromptCentre]:
    await furnish(store)
    settings, named = settings_of(folder), NamedPrompts(store)
    await named.import_new(TEXTS, by="")
    async with Voice() as voice:
        app = build(store, settings)
        files = Prompts(settings.prompts, voice, stored=named.sound)

        async def around() -> Around:
            return Around({}, Known(prompts=await named.named()))

        in_use = InUse(KeptFlows(store), around, silent)
        await in_use.read()
        app[NAMED], app[SOUND_FILES], app[DECODER], app[FLOWS] = named, files, Decoder(), in_use
        server = TestServer(app)
        await server.start_server()
        async with TestClient(server, headers={"Origin": str(server.make_url("/")).rstrip("/")}) as client:
            centre = PromptCentre(client, store, named, files, {}, in_use)
            await centre.sign_in("3001")
            yield centre
