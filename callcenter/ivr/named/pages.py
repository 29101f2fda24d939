"""The prompts' pages: what there is, what each says, its sounds and versions."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from aiohttp import web

from callcenter.calls.keys import USER_NAMES
from callcenter.ivr.language.finding import Finding
from callcenter.ivr.language.words import LANGUAGES, MOST_TITLE
from callcenter.ivr.named import rules, uses
from callcenter.ivr.named.keys import DECODER, NAMED, SOUND_FILES
from callcenter.ivr.named.service import DIALPLAN, AlreadyThere, KeptPrompt, NoSuchPrompt, Overtaken
from callcenter.ivr.named.upload import Submitted, submitted
from callcenter.ivr.published.keys import FLOWS
from callcenter.ivr.sounds.decoder import MOST_BYTES, NoSound, Sound
from callcenter.ivr.sounds.prompts import PromptError, wav
from callcenter.ivr.walking.commands import Words
from callcenter.web.app_keys import SETTINGS
from callcenter.web.forms import Form, read_form
from callcenter.web.rendering import render
from callcenter.web.texts import N_, gettext
from callcenter.web.user import signed_in

LANGUAGE_NAMES: Mapping[str, str] = {"zh": N_("Chinese"), "en": N_("English")}
SOURCES = ("uploaded", "recorded")
MOST_SHOWN = 400
"""Letters of the address that are shown."""


@dataclass(frozen=True)
class Typed:
    """What stands in the forms of a prompt's page instead of what is kept, and what is wrong with it."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


async def listed(request: web.Request) -> web.StreamResponse:
    """GET /prompts: `q` searches names, titles and texts; `show` narrows. `published` names flows that were just published again."""
    return await list_page(request)


async def list_page(
    request: web.Request, refused: Mapping[str, Sequence[Finding]] = MappingProxyType({}), status: int = 200
) -> web.Response:
    """`refused`: flows that could not be published again, and why."""
    prompts, used = await everything(request)
    search, show = request.query.get("q", "").strip(), request.query.get("show", "")
    show = show if show in rules.SHOWS else ""
    return await render(
        request,
        "ivr_prompts/list.html",
        status=status,
        refused=refused,
        waiting=rules.waiting(use for some in used.values() for use in some),
        published=request.query.get("published", "")[:MOST_SHOWN],
        prompts=rules.shown(prompts, used, search, show),
        there_are=len(prompts),
        search=search,
        show=show,
        **_context(request, used),
    )


async def new(request: web.Request) -> web.StreamResponse:
    """GET /prompts/new"""
    return await render(request, "ivr_prompts/new.html", values={}, errors={}, language_names=LANGUAGE_NAMES)


async def add(request: web.Request) -> web.StreamResponse:
    """POST /prompts: name, title, text_zh, text_en."""
    form = await read_form(request)
    name, title = form.text("name", max_length=40), form.text("title", max_length=MOST_TITLE, required=False)
    _noted(request, form, "name", rules.name_trouble(name) if name else "")
    texts = {language: text for language in LANGUAGES if (text := _text(request, form, f"text_{language}", required=False))}
    if not texts:
        _noted(request, form, f"text_{LANGUAGES[0]}", N_("A text in one language at least was expected."))
    if not form.errors:
        try:
            await request.app[NAMED].add(name, title, texts, by=signed_in(request).number)
            raise web.HTTPSeeOther(f"/prompts/{name}")
        except AlreadyThere:
            _noted(request, form, "name", N_("This name is taken."))
    return await render(request, "ivr_prompts/new.html", status=422, values=form.values, errors=form.errors, language_names=LANGUAGE_NAMES)


async def one(request: web.Request) -> web.StreamResponse:
    """GET /prompts/{name}"""
    return await _page(request, await _prompt(request))


async def entitle(request: web.Request) -> web.StreamResponse:
    """POST /prompts/{name}: title."""
    prompt, form = await _prompt(request), await read_form(request)
    title = form.text("title", max_length=MOST_TITLE, required=False)
    if form.errors:
        return await _page(request, prompt, Typed(form.values, form.errors), 422)
    await request.app[NAMED].entitle(prompt.name, title, by=signed_in(request).number)
    raise web.HTTPSeeOther(f"/prompts/{prompt.name}")


async def write(request: web.Request) -> web.StreamResponse:
    """POST /prompts/{name}/{language}: text_…, heard_… (voice or sound), file_… with source_…, after_… (the version that was read)."""
    prompt, language, given = await _prompt(request), _language(request), await submitted(request)
    form = Form(given.values, request["locale"], request.app[SETTINGS].zone)
    text = _text(request, form, f"text_{language}")
    after = form.whole(f"after_{language}", low=0, high=2**31 - 1)
    sound = (
        await _sound(request, form, prompt, language, given) if form.choice(f"heard_{language}", ("voice", "sound")) == "sound" else None
    )
    if sound is not None and not form.errors and not rules.recordable(text):
        _noted(
            request,
            form,
            f"file_{language}",
            N_("A recording cannot say what is filled in for each caller: let the voice speak."),
        )
    if form.errors:
        return await _page(request, prompt, Typed(form.values, form.errors), 422)
    source = form.raw(f"source_{language}")
    try:
        await request.app[NAMED].write(
            prompt.name,
            language,
            text,
            sound=sound,
            source=source if source in SOURCES else SOURCES[0],
            file=given.name if source != "recorded" else "",
            after=after,
            by=signed_in(request).number,
        )
    except Overtaken as wrong:
        return await _overtaken(request, language, form, wrong)
    await _put_for_dialplan(request, prompt.name)
    raise web.HTTPSeeOther(f"/prompts/{prompt.name}")


async def put_back(request: web.Request) -> web.StreamResponse:
    """POST /prompts/{name}/back: version."""
    prompt, form = await _prompt(request), await read_form(request)
    try:
        await request.app[NAMED].put_back(prompt.name, form.whole("version", low=1, high=2**31 - 1), by=signed_in(request).number)
    except NoSuchPrompt:
        raise web.HTTPNotFound from None
    await _put_for_dialplan(request, prompt.name)
    raise web.HTTPSeeOther(f"/prompts/{prompt.name}")


async def remove(request: web.Request) -> web.StreamResponse:
    """POST /prompts/{name}/remove; 409 while it is used."""
    prompt = await _prompt(request)
    _prompts, used = await everything(request)
    if used.get(prompt.name) or prompt.name in uses.OUTSIDE:
        raise web.HTTPConflict(text=gettext(request["locale"], N_("This prompt is used: take it out of the flows first.")))
    await request.app[NAMED].remove(prompt.name, by=signed_in(request).number)
    raise web.HTTPSeeOther("/prompts")


async def spoken(request: web.Request) -> web.StreamResponse:
    """GET /prompts/spoken: `text` in `language` as the voice speaks it, with something in its slots."""
    language, text = request.query.get("language", ""), request.query.get("text", "").strip()
    if language not in LANGUAGES or not text or rules.text_trouble(text):
        raise web.HTTPUnprocessableEntity(text=gettext(request["locale"], rules.text_trouble(text) or N_("Please fill this in.")))
    try:
        path = await request.app[SOUND_FILES].file(Words(rules.tried(text, language), fixed=False), language)
    except PromptError as wrong:
        raise web.HTTPServiceUnavailable(text=str(wrong)) from wrong
    return _answer(await asyncio.to_thread(wav(path).read_bytes))


async def sound(request: web.Request) -> web.StreamResponse:
    """GET /prompts/sounds/{sha}: a recorded sound."""
    found = await request.app[NAMED].sound(request.match_info["sha"])
    if found is None:
        raise web.HTTPNotFound
    return _answer(found)


def _answer(sound: bytes) -> web.Response:
    return web.Response(body=sound, content_type="audio/wav")


async def everything(request: web.Request) -> tuple[list[KeptPrompt], Mapping[str, tuple[rules.Use, ...]]]:
    """All prompts, and by name where they are used."""
    prompts = await request.app[NAMED].all()
    return prompts, await uses.uses(request.app[FLOWS].kept, {prompt.name: prompt.named for prompt in prompts})


def _context(request: web.Request, used: Mapping[str, tuple[rules.Use, ...]]) -> dict[str, Any]:
    speaker = request.app[SOUND_FILES].speaker
    return {
        "uses": used,
        "outside": uses.OUTSIDE,
        "shows": rules.SHOWS,
        "missing": rules.missing,
        "language_names": LANGUAGE_NAMES,
        "voice_trouble": speaker.trouble if speaker else "",
    }


async def _page(request: web.Request, prompt: KeptPrompt, typed: Typed | None = None, status: int = 200) -> web.Response:
    _prompts, used = await everything(request)
    people = dict((await request.app[USER_NAMES]()).values())
    return await render(
        request,
        "ivr_prompts/prompt.html",
        status=status,
        prompt=prompt,
        versions=await request.app[NAMED].versions(prompt.name),
        people=people,
        typed=typed or Typed(),
        waiting=rules.waiting(used.get(prompt.name, ())),
        dialplan=DIALPLAN,
        most_bytes=MOST_BYTES,
        **_context(request, used),
    )


async def _overtaken(request: web.Request, language: str, form: Form, wrong: Overtaken) -> web.Response:
    """What somebody else saved meanwhile stands among the versions; what was typed stays in the form."""
    _noted(request, form, f"text_{language}", N_("Somebody changed this meanwhile: see its versions. Save again to put yours there."))
    values = {**form.values, f"after_{language}": str(wrong.said.id)}
    return await _page(request, await _prompt(request), Typed(values, form.errors), 422)


async def _sound(request: web.Request, form: Form, prompt: KeptPrompt, language: str, given: Submitted) -> Sound | str | None:
    """A new sound, or the name of the one that it plays now."""
    if given.name or given.file:
        try:
            return await request.app[DECODER].decode(given.file)
        except NoSound as wrong:
            _noted(request, form, f"file_{language}", str(wrong))
            return None
    before = prompt.said.get(language)
    if before is None or before.sound is None:
        _noted(request, form, f"file_{language}", N_("Please choose a file or record a sound."))
        return None
    return before.sound


async def _put_for_dialplan(request: web.Request, name: str) -> None:
    """What Asterisk's plan plays by name must be its file before it is wanted. What fails is tried again by the clock."""
    if name in DIALPLAN:
        await request.app[SOUND_FILES].put_named({name: (await request.app[NAMED].one(name)).named})


async def _prompt(request: web.Request) -> KeptPrompt:
    try:
        return await request.app[NAMED].one(request.match_info["name"])
    except NoSuchPrompt:
        raise web.HTTPNotFound from None


def _language(request: web.Request) -> str:
    language = request.match_info["language"]
    if language not in LANGUAGES:
        raise web.HTTPNotFound
    return language


def _text(request: web.Request, form: Form, name: str, *, required: bool = True) -> str:
    text = form.text(name, max_length=10_000, required=required).replace("\r\n", "\n")
    _noted(request, form, name, rules.text_trouble(text) if text else "")
    return text


def _noted(request: web.Request, form: Form, name: str, trouble: str) -> None:
    """Note what is wrong with a field, in words that are translated here."""
    if trouble:
        form.wrong(name, gettext(request["locale"], trouble))
