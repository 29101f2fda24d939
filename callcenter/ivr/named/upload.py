"""A submitted form with a file in it, read piece by piece: neither is kept whole when it is too large."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import BodyPartReader, web

from callcenter.ivr.sounds.decoder import MOST_BYTES

MOST_TEXT_BYTES = 100_000
MOST_READ = 10 * MOST_BYTES
"""A browser that sends more is cut off; up to this it is heard to the end, so that it shows what is wrong with its file."""


@dataclass(frozen=True)
class Submitted:
    """`file` is empty when none was chosen, and a little longer than allowed when it was too big; `name` is what it is called there."""

    values: Mapping[str, str]
    file: bytes = b""
    name: str = ""


async def submitted(request: web.Request) -> Submitted:
    """The fields of a form, and the one file among them. Raise HTTPBadRequest for what is no such form."""
    # Without the header the token was looked for in the form: what was read then cannot be read again.
    if "X-CSRF-Token" not in request.headers or not request.content_type.startswith("multipart/"):
        raise web.HTTPBadRequest
    values: dict[str, str] = {}
    file, name = b"", ""
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise web.HTTPBadRequest
            content = await _content(part, MOST_BYTES if part.filename is not None else MOST_TEXT_BYTES)
            if part.filename is None:
                values[part.name or ""] = content.decode("utf-8")
            elif content or part.filename:
                file, name = content, part.filename
    except ValueError:
        raise web.HTTPBadRequest from None
    if any("\0" in value for value in (*values.values(), name)):
        raise web.HTTPBadRequest
    return Submitted(values, file, name)


async def _content(part: BodyPartReader, most: int) -> bytes:
    """What a part holds; of what is too long the beginning, one byte more than allowed."""
    content = bytearray()
    read = 0
    while piece := await part.read_chunk():
        read += len(piece)
        content += piece[: most + 1 - len(content)]
        if read > MOST_READ:
            raise web.HTTPRequestEntityTooLarge(max_size=MOST_READ, actual_size=read)
    return bytes(content)
