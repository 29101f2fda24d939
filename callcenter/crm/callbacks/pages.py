"""Callbacks as pieces of a customer's and of a call's page, and the messages that callers left."""

from __future__ import annotations

import asyncio

from aiohttp import web

from callcenter.calls.keys import LISTENINGS
from callcenter.calls.sound import SAFE_NAME
from callcenter.crm.callbacks import words
from callcenter.crm.callbacks.keys import CALLBACKS
from callcenter.crm.callbacks.service import Callback
from callcenter.store.clock import now_ms
from callcenter.web.app_keys import SETTINGS
from callcenter.web.proxies import asked_from
from callcenter.web.rendering import render
from callcenter.web.texts import gettext
from callcenter.web.user import signed_in


async def of_customer(request: web.Request) -> web.StreamResponse:
    """GET /customers/{id}/callbacks"""
    found = await request.app[CALLBACKS].of_customer(_id(request, "id"))
    return await _fragment(request, found, gettext(request["locale"], "No callback was promised to this customer."))


async def of_call(request: web.Request) -> web.StreamResponse:
    """GET /calls/{id}/callbacks"""
    found = await request.app[CALLBACKS].of_call(request.match_info["id"])
    return await _fragment(request, found, gettext(request["locale"], "No callback came of this call."))


async def message(request: web.Request) -> web.StreamResponse:
    """GET /callbacks/{id}/messages/{n}: the message left with the callback's n-th reason, from 0. Each listening is written down."""
    callback = await request.app[CALLBACKS].one(_id(request, "id"))
    n = _id(request, "n")
    ask = callback.asks[n] if callback is not None and n < len(callback.asks) else None
    if ask is None or ask.recording is None or not SAFE_NAME.fullmatch(ask.recording):
        raise web.HTTPNotFound
    path = request.app[SETTINGS].recordings / ask.recording
    if not await asyncio.to_thread(path.is_file):
        raise web.HTTPNotFound
    await request.app[LISTENINGS].heard(signed_in(request), ask.recording, ask.call or "", asked_from(request))
    return web.FileResponse(path, headers={"Content-Type": "audio/wav", "Cache-Control": "no-store"})


async def _fragment(request: web.Request, callbacks: list[Callback], nothing: str) -> web.StreamResponse:
    return await render(request, "crm/callbacks_of.html", callbacks=callbacks, nothing=nothing, words=words, now_ms=now_ms())


def _id(request: web.Request, name: str) -> int:
    text = request.match_info[name]
    if not text.isdecimal() or len(text) > 9:
        raise web.HTTPNotFound
    return int(text)
