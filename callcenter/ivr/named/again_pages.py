"""Flows published again, so that their callers hear prompts as they are now."""

from __future__ import annotations

from aiohttp import web

from callcenter.ivr.language.finding import Finding, errors
from callcenter.ivr.language.findings_zh import for_reader
from callcenter.ivr.named import pages, rules
from callcenter.ivr.published.kept import NoSuchFlow, Overtaken
from callcenter.ivr.published.keys import FLOWS
from callcenter.ivr.published.publishing import Refused, publish_again
from callcenter.web.forms import read_form
from callcenter.web.texts import gettext
from callcenter.web.user import signed_in


async def put_in_use(request: web.Request) -> web.StreamResponse:
    """POST /prompts/publish: every flow in use that waits for a changed prompt, for `prompt` alone where one is named."""
    form = await read_form(request)
    prompt = form.raw("prompt")
    _prompts, used = await pages.everything(request)
    uses = used.get(prompt, ()) if prompt else tuple(use for some in used.values() for use in some)
    note = gettext(request["locale"], "Prompts as they are now")
    done: list[str] = []
    refused: dict[str, tuple[Finding, ...]] = {}
    for flow in rules.waiting(uses):
        try:
            await publish_again(request.app[FLOWS], flow, by=signed_in(request).number, note=note)
            done.append(flow)
        except Refused as wrong:
            refused[flow] = for_reader(errors(wrong.findings), request["locale"])
        except (Overtaken, NoSuchFlow):
            continue  # somebody else published or took it away meanwhile: the page shows how it is now
    if refused:
        return await pages.list_page(request, refused, 422)
    raise web.HTTPSeeOther(f"/prompts?published={','.join(done)}")
