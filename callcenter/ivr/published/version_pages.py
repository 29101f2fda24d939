"""A flow's versions: what differs, publishing and going back, files to take along."""

from __future__ import annotations

import asyncio

from aiohttp import web
from markupsafe import Markup

from callcenter.hotlines.keys import HOTLINES
from callcenter.ivr.language.action import titles_of
from callcenter.ivr.language.findings_zh import for_reader
from callcenter.ivr.published import editor_pages as pages
from callcenter.ivr.published.differences import differences, prompts_changed
from callcenter.ivr.published.kept import Draft, NoSuchFlow, NothingNew, Overtaken, Version
from callcenter.ivr.published.keys import FLOWS
from callcenter.ivr.published.publishing import Refused, needed, publish_together, roll_back
from callcenter.ivr.published.read_all import file_of, prompts_used, walks_of
from callcenter.ivr.published.states import files_of
from callcenter.ivr.seen.marks import language_of
from callcenter.ivr.seen.picture.draw import Shown, draw
from callcenter.web.app_keys import SETTINGS
from callcenter.web.forms import Form, read_form
from callcenter.web.rendering import render
from callcenter.web.texts import gettext
from callcenter.web.user import signed_in

NOTE = 400
"""Letters that a note may have."""


async def differ(request: web.Request) -> web.StreamResponse:
    """GET /flows/{name}/differences: the draft beside the version in use; the fragment in the editor."""
    draft = await pages.draft_of(request)
    version = await pages.version_in_use(request, draft)
    judged = await pages.judged_now(request, draft)
    used = prompts_used(judged.flow) if judged.flow is not None else None
    return await render(
        request,
        "ivr/differences.html",
        old=None if version is None else version.number,
        parts=[] if version is None else await asyncio.to_thread(_parts, draft.name, version, (draft.text, draft.walks)),
        prompts=[] if version is None or used is None else prompts_changed(version.prompts, used),
    )


async def drawing(request: web.Request) -> web.StreamResponse:
    """GET /flows/{name}/drawing: the draft as a picture, the version in use while it cannot be drawn; the fragment in the editor."""
    draft = await pages.draft_of(request)
    flow = (await pages.judged_now(request, draft)).flow
    shown = flow or await request.app[FLOWS].one(draft.name, "")
    language = language_of(request["locale"])
    actions = titles_of((request.app[FLOWS].around.known.actions or {}).values(), language)
    called = Shown(queues=await request.app[HOTLINES].queue_titles(request["locale"]), actions=actions)
    picture = Markup(await asyncio.to_thread(draw, shown, language, called)) if shown else None
    return await render(request, "ivr/drawing.html", picture=picture, start=shown.start if shown else "", of_draft=flow is not None)


async def history(request: web.Request) -> web.StreamResponse:
    """GET /flows/{name}/history: when which version came into use; the fragment in the editor."""
    draft = await pages.draft_of(request)
    return await render(
        request,
        "ivr/history.html",
        draft=draft,
        uses=await request.app[FLOWS].kept.history(draft.name),
        people=await pages.people(request),
    )


async def one(request: web.Request) -> web.StreamResponse:
    """GET /flows/{name}/versions/{number}: a version, and what differs from it to the one in use."""
    draft = await pages.draft_of(request)
    return await _version_page(request, draft, await _version(request, draft))


async def put_back(request: web.Request) -> web.StreamResponse:
    """POST /flows/{name}/versions/{number}/use: note; new callers walk this version again."""
    draft, form = await pages.draft_of(request), await read_form(request)
    version = await _version(request, draft)
    note = form.text("note", max_length=NOTE, required=False)
    if form.errors:
        return await _version_page(request, draft, version, form, status=422)
    try:
        await roll_back(request.app[FLOWS], draft.name, version.number, by=signed_in(request).number, note=note)
    except Refused as wrong:
        return await _version_page(request, draft, version, form, refused=wrong, status=422)
    raise _back(draft, version.number)


async def take(request: web.Request) -> web.StreamResponse:
    """POST /flows/{name}/take: `number`, a version, or `file`; it becomes the draft that was read at `revision`."""
    draft, form = await pages.draft_of(request), await read_form(request)
    kept, by = request.app[FLOWS].kept, signed_in(request).number
    revision = form.whole("revision", low=0, high=2**31 - 1)
    imported = None
    if form.raw("number"):
        version = await _numbered(request, draft, form.raw("number"))
        text, walks = version.text, version.walks
    else:
        file = next((file for file in await files_of(request.app[SETTINGS].flows) if file.name == draft.name), None)
        if file is None:
            raise web.HTTPNotFound
        text, walks, imported = file.text, file.walks, file.sum
    try:
        await kept.save(draft.name, text, walks, revision, by=by, imported=imported)
    except Overtaken as wrong:
        return await pages.editor(request, wrong.draft, overtaken=True, status=409)
    raise web.HTTPSeeOther(f"/flows/{draft.name}")


async def put_in_use(request: web.Request) -> web.StreamResponse:
    """POST /flows/{name}/publish: revision, note; new callers walk the draft from now on.

    `together`: the drafts that it needs and their revisions, as the page named them; they are published with it.
    """
    draft, form = await pages.draft_of(request), await read_form(request)
    note, revision = form.text("note", max_length=NOTE, required=False), form.whole("revision", low=0, high=2**31 - 1)
    if form.errors:
        return await pages.editor(request, draft, note=form.raw("note"), errors=form.errors, status=422)
    if revision != draft.revision:
        return await pages.editor(request, draft, note=note, overtaken=True, status=409)
    together = await needed(request.app[FLOWS], draft)
    if form.raw("together").split() != [pages.as_read(one) for one in together]:
        return await pages.editor(request, draft, note=note, beside_changed=True, status=409)
    try:
        versions = await publish_together(request.app[FLOWS], [draft, *together], by=signed_in(request).number, note=note)
    except NothingNew as wrong:
        raise _back(draft, wrong.versions[draft.name], "same") from None
    except Refused as wrong:
        return await pages.editor(request, draft, note=note, refused=wrong.findings, status=422)
    except Overtaken as wrong:
        if wrong.draft.name != draft.name:
            return await pages.editor(request, draft, note=note, beside_changed=True, status=409)
        return await pages.editor(request, wrong.draft, note=note, overtaken=True, status=409)
    raise _back(draft, next(one.number for one in versions if one.flow == draft.name))


async def download(request: web.Request) -> web.StreamResponse:
    """GET /flows/{name}/file?of=text|walks&version=: as a file; the draft when no version is named."""
    draft = await pages.draft_of(request)
    number = request.query.get("version", "")
    there = await _numbered(request, draft, number) if number else draft
    walks = request.query.get("of") == "walks"
    name = walks_of(draft.name) if walks else file_of(draft.name)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(text=there.walks if walks else there.text, content_type="application/yaml", headers=headers)


async def _version_page(
    request: web.Request, draft: Draft, version: Version, form: Form | None = None, *, refused: Refused | None = None, status: int = 200
) -> web.Response:
    in_use = await pages.version_in_use(request, draft)
    beside = in_use or version
    return await render(
        request,
        "ivr/version.html",
        status=status,
        draft=draft,
        version=version,
        uses=[use for use in await request.app[FLOWS].kept.history(draft.name) if use.number == version.number],
        parts=await asyncio.to_thread(_parts, draft.name, version, (beside.text, beside.walks)),
        prompts=prompts_changed(version.prompts, beside.prompts),
        refused=for_reader(refused.findings, request["locale"]) if refused else (),
        note=form.raw("note") if form else "",
        errors=form.errors if form else {},
        people=await pages.people(request),
    )


def _parts(name: str, old: Version, new: tuple[str, str]) -> list[tuple[str, object]]:
    """What differs, by file; files that are the same are left out."""
    found = ((file_of(name), differences(old.text, new[0])), (walks_of(name), differences(old.walks, new[1])))
    return [(file, groups) for file, groups in found if groups]


async def _version(request: web.Request, draft: Draft) -> Version:
    return await _numbered(request, draft, request.match_info["number"])


async def _numbered(request: web.Request, draft: Draft, number: str) -> Version:
    if not number.isdecimal() or len(number) > 9:
        raise web.HTTPNotFound
    try:
        return await request.app[FLOWS].kept.version(draft.name, int(number))
    except NoSuchFlow:
        raise web.HTTPNotFound(text=gettext(request["locale"], "There is no such version.")) from None


def _back(draft: Draft, number: int, told: str = "published") -> web.HTTPSeeOther:
    """To the editor, which tells that the version is `published`, or the `same` as before."""
    return web.HTTPSeeOther(f"/flows/{draft.name}?{told}={number}")
