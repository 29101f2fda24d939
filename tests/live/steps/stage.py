"""A centre whose first hotline comes to every step, with the people and the service that its steps want."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from aiohttp import web

from callcenter.crm.customers.service import Customers
from callcenter.demo import SEED, SHOPS
from callcenter.demo_shops import shops
from callcenter.ivr.sounds.prompts import Prompts
from callcenter.ivr.sounds.speech import Voice
from callcenter.store.engine import Store
from tests.live.centre import Centre
from tests.live.person import signed_in
from tests.live.phone.phone import open_phone
from tests.live.steps.doing import SHARED_NUMBER, Stage
from tests.live.steps.ear import Book
from tests.live.steps.flow import SAID, SERVICES, write
from tests.ports import free_port


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[Centre, Stage, Book]]:
    """All of it, until the block is left."""
    carrier = free_port(socket.SOCK_DGRAM)
    async with service() as url, Voice() as voice:
        centre = centre_in(folder, url, carrier)
        try:
            await centre.start()
            async with (
                open_phone(centre.sip_port, "carrier", port=carrier) as outside,
                signed_in(centre, "2001", "1001") as agent,
                signed_in(centre, "2003", "1003"),
                open_phone(centre.sip_port, "1001", centre.seat_secret("1001")) as desk,
                open_phone(centre.sip_port, "1003", centre.seat_secret("1003")) as manager,
            ):
                shop, shown = shops(SHOPS, SEED)[0], centre.about["callers"][0]
                assert shop.name == shown["customer"]
                number = str(shown["number"]).removeprefix("+86")
                stage = Stage(agent, desk, manager, outside, shop.licence_no or "", shop.name, number, await sharing(centre))
                yield centre, stage, Book(Prompts(folder / "prompts", voice), {one for both in SAID.values() for one in both})
        finally:
            await centre.stop()


async def sharing(centre: Centre) -> tuple[str, ...]:
    """The customers with one number."""
    store = Store(f"sqlite+aiosqlite:///{centre.folder / 'centre.sqlite'}")
    try:
        return tuple(one.name for one in (await Customers(store).recognise(SHARED_NUMBER)).several)
    finally:
        await store.close()


def centre_in(folder: Path, url: str, carrier: int) -> Centre:
    zone_now = datetime.now().astimezone()
    write(folder / "flows", zone_now)
    services = folder / "services.yaml"
    services.write_text(SERVICES.replace("{url}", url), encoding="utf-8")
    return Centre(folder, flows_dir=str(folder / "flows"), services_file=str(services), trunk_host=f"127.0.0.1:{carrier}", wrapup_s="1")


@asynccontextmanager
async def service() -> AsyncIterator[str]:
    """An HTTP service: /quick answers, /hanging never does."""
    never = asyncio.Event()

    async def quick(_request: web.Request) -> web.Response:
        return web.json_response({})

    async def hanging(_request: web.Request) -> web.Response:
        await never.wait()
        return web.json_response({})

    app = web.Application()
    app.add_routes([web.get("/quick", quick), web.get("/hanging", hanging)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        never.set()
        await runner.cleanup()
