"""What is kept of a caller: callbacks that he is owed, and his answers."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from callcenter.floor.events import FlowDone
from callcenter.ivr.running.message import message_name, wav
from callcenter.ivr.running.speak import files, listen
from callcenter.ivr.running.walker import Walk, asked, key_of
from callcenter.ivr.walking.answered import Question
from callcenter.ivr.walking.commands import NO_ANSWER, AskQuestion, Listen, NoteSurvey, Promise, Words
from callcenter.ivr.walking.place import Place


async def promise(walk: Walk, place: Place, command: Promise) -> None:
    """He is owed a callback, with the message that he left."""
    walk.tell(FlowDone(walk.now(), walk.line.call, place.outcome))
    name = wav(Path(message_name(walk, place))).name if command.recorded else None
    if name and not await asyncio.to_thread((walk.services.recordings / name).exists):
        name = None
    number = command.number or walk.line.number
    promise = partial(
        walk.services.promise_callback,
        call=walk.line.call,
        hotline=walk.line.hotline,
        number=number,
        customer=walk.customer(place),
        queue=command.queue,
        kind=command.kind,
        recording=name,
        key=key_of(walk, place),
    )
    await walk.owed.do(f"the callback to {number} (queue {command.queue}, {command.kind}, message {name})", promise)


async def question(walk: Walk, place: Place, command: AskQuestion) -> str:
    """The queue's own question, and the key; `own` when it has none, `over` after its last, NO_ANSWER and the key for another one."""
    of_queue = await _questions(walk)
    if command.nth >= len(of_queue):
        return "over" if of_queue else "own"
    one = of_queue[command.nth]
    words = Words(one.texts.get(place.language) or next(text for text in one.texts.values() if text))
    key = await listen(walk, Listen((), 1, command.timeout_s, interrupt=command.interrupt), await files(walk, (words,), place))
    return key if not key or key in one.keys else f"{NO_ANSWER}{key}"


async def _questions(walk: Walk) -> list[Question]:
    if not walk.questions:
        walk.questions.extend(await asked(walk, "what its queue asks", partial(walk.services.questions, walk.line.call), default=()))
    return walk.questions


async def survey(walk: Walk, place: Place, command: NoteSurvey) -> None:
    """An answer, or that there was none."""
    if command.nth is not None:
        await _answer(walk, place, command.answer, command.nth)
        return
    keep = partial(walk.services.survey, call=walk.line.call, step=place.step, answer=command.answer, key=key_of(walk, place))
    await walk.owed.do(f"the answer {command.answer} to {place.step}", keep)


async def _answer(walk: Walk, place: Place, answer: str | None, nth: int) -> None:
    of_queue = await _questions(walk)
    if nth < len(of_queue):
        question, key = of_queue[nth].id, f"{key_of(walk, place)}/{nth}"
        keep = partial(walk.services.answer_question, call=walk.line.call, step=place.step, question=question, answer=answer, key=key)
        await walk.owed.do(f"the answer {answer} to question {question}", keep)
