"""What the prompts' pages find in the application."""

from __future__ import annotations

from aiohttp import web

from callcenter.ivr.named.service import NamedPrompts
from callcenter.ivr.sounds.decoder import Decoder
from callcenter.ivr.sounds.prompts import Prompts

NAMED = web.AppKey("NAMED", NamedPrompts)
SOUND_FILES = web.AppKey("SOUND_FILES", Prompts)
DECODER = web.AppKey("DECODER", Decoder)
