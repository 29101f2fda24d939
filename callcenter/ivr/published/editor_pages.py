"""The flows' pages: the list, a new one, the editor, and the draft as it is typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from aiohttp import web

from callcenter.calls.keys import CALL_HOTLINES, USER_NAMES
from callcenter.ivr.language.finding import Finding, errors
from callcenter.ivr.language.findings_zh import for_reader
from callcenter.ivr.language.reader import MOST_BYTES
from callcenter.ivr.language.words import NAME
from callcenter.ivr.published.copying import copied
from callcenter.ivr.published.kept import AlreadyThere, Draft, NoSuchFlow, Overtaken, Version
from callcenter.ivr.published.keys import FLOWS
from callcenter.ivr.published.publishing import Judged, WalkedScript, judge_draft
from callcenter.ivr.published.read_all import prompts_used, walks_of
from callcenter.ivr.published.states import files_of, same, states, trouble_of
from callcenter.ivr.published.travel import CannotImport, FlowFile, bring, differing
from callcenter.ivr.scripts.walked import Told
from callcenter.web.app_keys import SETTINGS
from callcenter.web.forms import read_form
from callcenter.web.rendering import fragment, render
from callcenter.web.texts import N_, gettext
from callcenter.web.user import signed_in

EDIT = frozenset({"supervisor", "admin"})
MOST_TOLD = 2000
"""Lines of all walks together that are told beside the text."""

COPY = N_("%(title)s (copy)")

FIRST_TEXT = """\
name: {name}
languages: [zh, en]
start: greeting
person: person

steps:
  greeting:
    do: say
    title: {{zh: 欢迎语, en: Greeting}}
    prompt:
      zh: 您好,欢迎致电。
      en: Welcome.
    next: person

  person:
    do: queue
    title: {{zh: 人工服务, en: Person}}
    queue: {queue}
    answered: bye
    timeout: bye
    nobody: bye

  bye:
    do: end
    title: {{zh: 结束, en: End}}
"""


async def listed(request: web.Request) -> web.StreamResponse:
    """GET /flows"""
    found, files = await states(request.app[FLOWS], request.app[SETTINGS].flows)
    return await render(
        request,
        "ivr/flows.html",
        states=found,
        in_use=request.app[FLOWS].flows.by_name,
        files=[file.path.name for file in files],
        hotlines={one.number: one.title(request["locale"]) for one in await request.app[CALL_HOTLINES].all()},
        may_edit=may_edit(request),
        people=await people(request),
    )


async def new(request: web.Request) -> web.StreamResponse:
    """GET /flows/new"""
    return await _new(request, {"name": "", "like": ""}, {})


async def add(request: web.Request) -> web.StreamResponse:
    """POST /flows: name, and like, the flow whose draft it begins with ('' for a short one)."""
    form = await read_form(request)
    drafts = {draft.name: draft for draft in await request.app[FLOWS].kept.drafts()}
    name = form.text("name", max_length=40)
    like = form.choice("like", drafts, required=False)
    if name and not NAME.fullmatch(name):
        form.wrong("name", gettext(request["locale"], "Small letters, digits, - and _ were expected, beginning with a letter."))
    if name in drafts or name == "new":
        form.wrong("name", gettext(request["locale"], "There is a flow of this name."))
    if not form.errors:
        text = _copy(drafts[like], name) if like else FIRST_TEXT.format(name=name, queue=_queue(request))
        try:
            await request.app[FLOWS].kept.add(name, text, "", by=signed_in(request).number)
        except AlreadyThere:
            form.wrong("name", gettext(request["locale"], "There is a flow of this name."))
    if form.errors:
        return await _new(request, {"name": form.raw("name"), "like": form.raw("like")}, form.errors, 422)
    raise web.HTTPSeeOther(f"/flows/{name}")


async def bring_in(request: web.Request) -> web.StreamResponse:
    """POST /flows/files: every file that is in no flow yet becomes a draft."""
    in_use = request.app[FLOWS]
    _states, files = await states(in_use, request.app[SETTINGS].flows)
    for file in files:
        try:
            await bring(in_use.kept, file, by=signed_in(request).number)
        except CannotImport as wrong:
            raise web.HTTPConflict(text=str(wrong)) from None
    raise web.HTTPSeeOther("/flows")


async def edit(request: web.Request) -> web.StreamResponse:
    """GET /flows/{name}: the editor, with its draft."""
    return await editor(request, await draft_of(request))


async def take_draft(request: web.Request) -> web.StreamResponse:
    """POST /flows/{name}/draft: text, walks, and the revision that they were made from. For the editor, as JSON.

    200: the draft's `revision`, whether publishing it would make another version (`changed`), `findings` by line, and `checks`, a piece
    of the page. 409: somebody changed it meanwhile; `theirs` is what it is now.
    """
    draft, form = await draft_of(request), await read_form(request)
    text, walks = (form.values.get(one, "").replace("\r\n", "\n") for one in ("text", "walks"))
    revision = form.whole("revision", low=0, high=2**31 - 1)
    for field, value in (("text", text), ("walks", walks)):
        if len(value.encode()) > MOST_BYTES:
            told = gettext(request["locale"], "Not saved: a text has at most %(most)d KiB. What you typed is still here.")
            form.wrong(field, told % {"most": MOST_BYTES // 1024})
    if form.errors:
        return web.json_response({"message": " ".join(form.errors.values())}, status=422)
    if (text, walks) != (draft.text, draft.walks):
        try:
            draft = await request.app[FLOWS].kept.save(draft.name, text, walks, revision, by=signed_in(request).number)
        except Overtaken as wrong:
            return web.json_response(await _theirs(request, wrong.draft), status=409)
    judged = await judged_now(request, draft)
    locale = request["locale"]
    checks = fragment(request.app[SETTINGS], locale, "ivr/checks.html", **checked(draft.name, judged, locale))
    changed = _changed(draft, await version_in_use(request, draft), judged)
    findings = _beside_lines(draft.name, for_reader(judged.findings, locale))
    return web.json_response({"revision": draft.revision, "changed": changed, "findings": findings, "checks": checks})


async def editor(
    request: web.Request,
    draft: Draft,
    *,
    refused: tuple[Finding, ...] = (),
    overtaken: bool = False,
    beside_changed: bool = False,
    note: str = "",
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> web.Response:
    """The editor's page. `refused`: why it was not published; `overtaken`: it is not what was to be published any more, or what was to be
    published with it is not (`beside_changed`)."""
    in_use = request.app[FLOWS]
    version = await version_in_use(request, draft)
    judged = await judged_now(request, draft)
    uses = await in_use.kept.history(draft.name)
    return await render(
        request,
        "ivr/editor.html",
        status=status,
        draft=draft,
        version=version,
        use=next(iter(uses), None),
        before=next((use.number for use in uses if use.number != draft.number), None),
        hotlines=[(one.number, one.title(request["locale"])) for one in await request.app[CALL_HOTLINES].all() if one.flow == draft.name],
        changed=_changed(draft, version, judged),
        walked=draft.name in in_use.flows.by_name,
        titled=judged.flow or in_use.flows.by_name.get(draft.name, draft),
        trouble=for_reader(trouble_of(in_use, draft.name), request["locale"]) if draft.number is not None else (),
        file=await _file(request, draft),
        refused=for_reader(refused, request["locale"]),
        overtaken=overtaken,
        beside_changed=beside_changed,
        note=note,
        errors=errors or {},
        beside_lines=_beside_lines(draft.name, for_reader(judged.findings, request["locale"])),
        people=await people(request),
        published=request.query.get("published", ""),
        same=request.query.get("same", ""),
        most_bytes=MOST_BYTES,
        **checked(draft.name, judged, request["locale"]),
    )


def as_read(draft: Draft) -> str:
    """A draft as the page has read it."""
    return f"{draft.name}:{draft.revision}"


def checked(name: str, judged: Judged, locale: str) -> dict[str, Any]:
    """What the piece with the checks' results needs."""
    return {
        "findings": for_reader(judged.findings, locale),
        "wrong": len(errors(judged.findings)),
        "walks": list(_within(judged.walks, MOST_TOLD)),
        "walks_file": walks_of(name),
        "flow": judged.flow,
        "together": [(one.name, as_read(one)) for one in judged.together],
    }


def _within(walks: Iterable[WalkedScript], most: int) -> Iterator[tuple[WalkedScript, Sequence[Told]]]:
    """Each walk with what is told of it, as long as there is room on the page."""
    for one in walks:
        told = one.walked.told[:most]
        most -= len(told)
        yield one, told


async def judged_now(request: web.Request, draft: Draft) -> Judged:
    return await judge_draft(request.app[FLOWS], draft)


async def draft_of(request: web.Request) -> Draft:
    """The draft that the address names; 404 when there is none."""
    try:
        return await request.app[FLOWS].kept.draft(request.match_info["name"])
    except NoSuchFlow:
        raise web.HTTPNotFound from None


async def people(request: web.Request) -> dict[str, str]:
    """Who did it: a user's number or who else it may be, and how he is called."""
    locale = request["locale"]
    others = {"": gettext(locale, "The server"), "command": gettext(locale, "Command line")}
    return others | {number: f"{number} {name}" for number, name in (await request.app[USER_NAMES]()).values()}


async def version_in_use(request: web.Request, draft: Draft) -> Version | None:
    return None if draft.number is None else await request.app[FLOWS].kept.version(draft.name, draft.number)


def may_edit(request: web.Request) -> bool:
    return bool(signed_in(request).roles & EDIT)


async def _new(request: web.Request, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> web.Response:
    choices = [(draft.name, draft.name) for draft in await request.app[FLOWS].kept.drafts()]
    return await render(request, "ivr/new_flow.html", status=status, choices=choices, values=values, errors=errors)


async def _theirs(request: web.Request, draft: Draft) -> dict[str, Any]:
    known = await people(request)
    told = gettext(request["locale"], "%(who)s changed this draft meanwhile. What you typed is still here and has not been saved.")
    return {
        "message": told % {"who": known.get(draft.by, draft.by)},
        "theirs": {"revision": draft.revision, "text": draft.text, "walks": draft.walks},
    }


def _beside_lines(name: str, findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """For the editor: in which of the two texts, the line, and what is wrong there."""
    return [{**one.told(), "file": "walks" if one.file == walks_of(name) else "text"} for one in findings]


async def _file(request: web.Request, draft: Draft) -> FlowFile | None:
    """The flow's file, when it is not what was last imported."""
    files = [file for file in await files_of(request.app[SETTINGS].flows) if file.name == draft.name]
    return next((file for file, _how in differing([draft], files)), None)


def _changed(draft: Draft, version: Version | None, judged: Judged) -> bool:
    """Whether publishing would make another version."""
    if version is None or not same(draft, version):
        return True
    return judged.flow is not None and prompts_used(judged.flow) != version.prompts


def _copy(draft: Draft, name: str) -> str:
    """A flow has its title in both languages, whoever copies it."""
    return copied(draft.text, name, {"zh": gettext("zh_CN", COPY), "en": gettext("en", COPY)})


def _queue(request: web.Request) -> str:
    return min(request.app[FLOWS].around.known.queues or {"orders"})
