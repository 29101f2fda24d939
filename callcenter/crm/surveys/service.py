"""The questions of each queue, and what callers answered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit.service import append
from callcenter.calls.tables import CallRow
from callcenter.crm.surveys.tables import AnswerRow, QuestionRow
from callcenter.store.clock import Clock, now_ms
from callcenter.store.engine import Store

LISTED = 200
"""Unhappy answers shown at most."""


@dataclass(frozen=True)
class Answer:
    """`answer` is None when the caller was asked and pressed nothing; `question` is a queue's, None for the flow's own."""

    call: str
    step: str
    answer: str | None
    at: int
    question: int | None = None
    unhappy: bool = False


@dataclass(frozen=True)
class Question:
    """What callers of a queue are asked; `keys` are the answers there are, `unhappy` those that somebody must follow up."""

    id: int
    queue: str
    place: int
    name: str
    zh: str
    en: str
    keys: str
    unhappy: str


@dataclass(frozen=True)
class Result:
    """Of one question: how often it was asked, how often no key came, and how often each key was pressed."""

    question: Question
    asked: int = 0
    none: int = 0
    unhappy: int = 0
    keys: Mapping[str, int] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        return self.asked - self.none


@dataclass(frozen=True)
class Unhappy:
    """An answer that somebody must follow up, with what is known of its call."""

    call: str
    number: str
    customer: int | None
    customer_name: str
    queue: str
    question: str
    answer: str
    at: int


class NoSuchQuestion(Exception):
    """There is no question of that id that is still asked."""


class Surveys:
    def __init__(self, store: Store, *, clock: Clock = now_ms) -> None:
        self._store = store
        self.clock = clock

    async def note(self, call: str, step: str, answer: str | None, *, key: str, question: int | None = None) -> bool:
        """Keep one answer; whether it is an unhappy one. The same `key` counts once, the first time. Raise IntegrityError for a call that
        is not there."""
        known = await self._known(key)
        if known is not None:
            return known
        try:
            async with self._store.transaction() as session:
                asked = await session.get(QuestionRow, question) if question is not None else None
                unhappy = asked is not None and answer is not None and answer in asked.unhappy
                row = AnswerRow(call=call, step=step, answer=answer, at=self.clock(), key=key, question=question, unhappy=unhappy)
                session.add(row)
            return unhappy
        except IntegrityError:
            known = await self._known(key)  # the same answer, noted twice at once
            if known is None:
                raise
            return known

    async def of_call(self, call: str) -> list[Answer]:
        """In the order they were given."""
        async with self._store.transaction() as session:
            rows = await session.scalars(select(AnswerRow).where(AnswerRow.call == call).order_by(AnswerRow.id))
            return [Answer(r.call, r.step, r.answer, r.at, r.question, r.unhappy) for r in rows]

    async def questions(self, queue: str) -> list[Question]:
        """What callers of this queue are asked, in order."""
        return [one for one in await self.all() if one.queue == queue]

    async def all(self) -> list[Question]:
        """Every question that is asked, by queue and place."""
        async with self._store.transaction() as session:
            query = select(QuestionRow).where(QuestionRow.retired.is_(None))
            rows = await session.scalars(query.order_by(QuestionRow.queue, QuestionRow.place, QuestionRow.id))
            return [_question(row) for row in rows]

    async def one(self, question: int) -> Question | None:
        """A question that is still asked."""
        async with self._store.transaction() as session:
            row = await _asked(session, question)
            return _question(row) if row else None

    async def keep(self, wanted: Question, *, by: str) -> int:
        """Ask a new question (`id` 0), or change one; its id. A change of its keys makes another question: answers mean what they meant."""
        async with self._store.transaction() as session:
            row = await _asked(session, wanted.id) if wanted.id else None
            if wanted.id and row is None:
                raise NoSuchQuestion(wanted.id)
            if row is not None and (row.queue, row.keys, row.unhappy) != (wanted.queue, wanted.keys, wanted.unhappy):
                row.retired, row = self.clock(), None
            if row is None:
                row = QuestionRow(queue=wanted.queue, keys=wanted.keys, unhappy=wanted.unhappy, retired=None)
                session.add(row)
            row.place, row.name, row.zh, row.en = wanted.place, wanted.name, wanted.zh, wanted.en
            await session.flush()
            told = f"{row.id} {row.queue} {row.place} {row.name} {row.keys} unhappy={row.unhappy}: {row.zh} / {row.en}"
            await append(session, at=self.clock(), who=by, act="question", what=told)
            return row.id

    async def retire(self, question: int, *, by: str) -> None:
        """Ask it no more. Raise NoSuchQuestion."""
        async with self._store.transaction() as session:
            row = await _asked(session, question)
            if row is None:
                raise NoSuchQuestion(question)
            row.retired = self.clock()
            await append(session, at=self.clock(), who=by, act="question_retired", what=f"{row.id} {row.queue} {row.name}")

    async def results(self, since: int, until: int) -> list[Result]:
        """Of every question that was asked in that time (ms), or is asked: what came of it."""
        counted = select(AnswerRow.question, AnswerRow.answer, AnswerRow.unhappy, func.count()).where(
            AnswerRow.at >= since, AnswerRow.at < until, AnswerRow.question.is_not(None)
        )
        async with self._store.transaction() as session:
            keys: defaultdict[int | None, Counter[str | None]] = defaultdict(Counter)
            unhappy: Counter[int | None] = Counter()
            for row in await session.execute(counted.group_by(AnswerRow.question, AnswerRow.answer, AnswerRow.unhappy)):
                keys[row[0]][row[1]] += row[3]
                unhappy[row[0]] += row[3] if row[2] else 0
            query = select(QuestionRow).where(QuestionRow.retired.is_(None) | QuestionRow.id.in_(list(keys)))
            rows = await session.scalars(query.order_by(QuestionRow.queue, QuestionRow.place, QuestionRow.id))
            return [_result(_question(row), keys[row.id], unhappy[row.id]) for row in rows]

    async def unhappy(self, since: int) -> Sequence[Unhappy]:
        """The unhappy answers since then (ms), the newest first."""
        query = select(AnswerRow, CallRow, QuestionRow).join(CallRow, CallRow.id == AnswerRow.call)
        query = query.join(QuestionRow, QuestionRow.id == AnswerRow.question).where(AnswerRow.unhappy, AnswerRow.at >= since)
        async with self._store.transaction() as session:
            rows = await session.execute(query.order_by(AnswerRow.at.desc(), AnswerRow.id.desc()).limit(LISTED))
            return [
                Unhappy(
                    call=call.id,
                    number=call.number,
                    customer=call.customer,
                    customer_name=call.customer_name,
                    queue=question.queue,
                    question=question.name,
                    answer=answer.answer or "",
                    at=answer.at,
                )
                for answer, call, question in rows
            ]

    async def _known(self, key: str) -> bool | None:
        """Whether the answer of that key was an unhappy one; None when there is none yet."""
        async with self._store.transaction() as session:
            return await session.scalar(select(AnswerRow.unhappy).where(AnswerRow.key == key))


async def _asked(session: AsyncSession, question: int) -> QuestionRow | None:
    row = await session.get(QuestionRow, question)
    return row if row is not None and row.retired is None else None


def _question(row: QuestionRow) -> Question:
    return Question(row.id, row.queue, row.place, row.name, row.zh, row.en, row.keys, row.unhappy)


def _result(question: Question, keys: Counter[str | None], unhappy: int) -> Result:
    pressed = {key: keys[key] for key in question.keys}
    return Result(question, keys.total(), keys[None], unhappy, pressed)
