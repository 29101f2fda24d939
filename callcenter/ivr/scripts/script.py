"""A script walked through a flow without a phone, and compared with what was expected. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from zoneinfo import ZoneInfo

from callcenter.hotlines.calendar import is_open
from callcenter.ivr.language.finding import Finding
from callcenter.ivr.language.steps import SILENT, Flow
from callcenter.ivr.scripts.script_file import Answered, Script, read_scripts
from callcenter.ivr.scripts.walked import Told, Walked
from callcenter.ivr.walking.answered import Candidate
from callcenter.ivr.walking.commands import (
    Act,
    AskDuty,
    AskHours,
    AskMay,
    AskQuestion,
    AskWhom,
    EnterQueue,
    GoOn,
    HangUp,
    Listen,
    LookUp,
    NoteSurvey,
    Promise,
    PutThrough,
    Record,
    Speak,
    Switch,
    Words,
)
from callcenter.ivr.walking.moves.at import CUSTOMER_SLOT
from callcenter.ivr.walking.place import decode
from callcenter.ivr.walking.walk import Move, advance, begin, is_marked, resume
from callcenter.ivr.walking.whom import chosen, told

__all__ = ["Script", "differences", "judge", "read_scripts", "walk_script"]

KEYED = re.compile(r"[0-9*#]+")
WAITS = re.compile(r"waits ([0-9]{1,5})")
PAUSE = re.compile(r" waits ([0-9]{1,5}) ?")
"""Between two keys of one answer."""
QUEUE_WORDS = {"answered": "", "timeout": "TIMEOUT", "full": "FULL", "empty": "JOINEMPTY"}
TRANSFER_WORDS = {one: one for one in ("answered", "no_answer", "busy", "refused")}
MESSAGE_WORDS = {"spoken": "done", "silent": "nothing"}
HANGS_UP = "hangs up"
MOST_MOVES = 2_000
UTC = ZoneInfo("UTC")


def judge(flow: Flow, script: Script, file: str) -> tuple[Finding, ...]:
    """Walk a script through a flow; what came otherwise than expected."""
    return tuple(Finding(file, script.line, f"{script.it}: {what}") for what in differences(script, walk_script(flow, script)))


def walk_script(flow: Flow, script: Script, *, restart_at: int | None = None) -> Walked:
    """Walk a script through a flow. `restart_at`: the move after whose command we die, before anybody hears what came of it; the caller is
    taken up again from the place on his channel, does the same again, and what was done once for his visit is not done again."""
    walk = _Walk(script)
    if not walk.welcomed(flow):
        return walk.walked
    move = begin(flow, script.caller, script.language)
    walk.walked.enters(move.place.step)
    marked = (move.place, walk.does)
    for n in range(MOST_MOVES):
        if is_marked(move.command):
            marked = (move.place, list(walk.does))
        result = walk.result(move)
        if n == restart_at:
            walk.does = list(marked[1])
            move = resume(flow, decode(marked[0].encode()), script.caller)
            result = walk.result(move)
        if result is None:
            break
        move = advance(flow, move.place, script.caller, result.result, result.slots)
        if move.left:
            walk.walked.enters(move.place.step)
    walk.walked.unused = tuple(walk.does)
    return walk.walked


class _Walk:
    """A walk that goes on: what of the script is left, and what came of it so far."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.does = list(script.does)
        self.walked = Walked()
        self.now = script.at
        self._asked: Counter[str] = Counter()
        self._candidates: list[Candidate] = []
        self._once: dict[tuple[str, int, str], Answered] = {}

    def welcomed(self, flow: Flow) -> bool:
        """What comes before the flow; whether it begins."""
        world = self.script.services
        if world.treatment:
            self.walked.answered(world.treatment)
            self.walked.outcome = world.treatment
            return False
        if world.emergency:
            texts = world.emergency.texts
            language = self.script.language if self.script.language in texts else next(iter(texts), flow.languages[0])
            self.walked.hears([Words(texts[language])] if language in texts else [], language)
        return True

    def result(self, move: Move) -> Answered | None:
        """What the world answers to a command; None at the end."""
        match move.command:
            case Speak(words):
                self.walked.hears(words, move.place.language)
                return Answered("")
            case Listen(words, timeout_s=timeout_s):
                self.walked.hears(words, move.place.language)
                return self._next(move, {"-": "", SILENT: SILENT if move.command.silence else ""}, timeout_s, "")
            case AskHours():
                return self._told(self._opening(move.command))
            case AskDuty(queue):
                return Answered("no" if queue in self.script.away else "yes")
            case AskMay():
                return self._told("no") if self.script.services.limited else Answered("yes")
            case AskQuestion():
                # What a queue asks stands in the store: a script hears the step's own question.
                return Answered("own")
            case EnterQueue(timeout_s=timeout_s):
                return self._next(move, QUEUE_WORDS, timeout_s, "TIMEOUT")
            case PutThrough(timeout_s=timeout_s):
                return self._next(move, TRANSFER_WORDS, timeout_s, "no_answer")
            case Record(most_s=most_s):
                return self._next(move, MESSAGE_WORDS, most_s, "done")
            case AskWhom(words, timeout_s, person):
                return self._asked_whom(move, words, timeout_s, person=person)
            case LookUp(_, value):
                return self._looked_up(move, value)
            case Act() as command:
                return self._acted(move, command)
            case Promise(_, kind):
                self.walked.outcome = move.place.outcome
                return self._done_once(move, "promise", lambda: self.walked.owes.append(kind))
            case NoteSurvey(answer):
                return self._done_once(move, "survey", lambda: self.walked.answers.append(answer or "none"))
            case HangUp(outcome):
                self.walked.outcome = outcome
                return None
            case Switch() | GoOn():
                pass
        return Answered("done")

    def _told(self, result: str) -> Answered:
        self.walked.answered(result)
        return Answered(result)

    def _opening(self, asked: AskHours) -> str:
        if asked.plan is not None:
            return "closed" if self.now is not None and not is_open(asked.plan, self.now, UTC) else "open"
        emergency = self.script.services.emergency
        return "emergency" if emergency and emergency.closed else self.script.opening

    def _looked_up(self, move: Move, value: str) -> Answered | None:
        key = (move.place.step, move.place.visit, "lookup")
        if key in self._once:
            return self._once[key]
        found = self._of(self.script.services.lookup, value) if value else None
        if found is None and value and self.script.stops:
            self.walked.stops(move, f"the script does not say whose {value} is")
            return None
        found = found or Answered("unknown")
        self.walked.answered(found.result)
        if found.result == "several":
            self._candidates = [Candidate(n, name) for n, name in enumerate(found.slots.values(), 1)]
            found = Answered(found.result)
        self._once[key] = Answered(found.result, {CUSTOMER_SLOT: "1", **found.slots}) if found.result == "known" else found
        return self._once[key]

    def _asked_whom(self, move: Move, words: tuple[Words, ...], time_s: float, *, person: bool) -> Answered | None:
        if len(self._candidates) < 2:
            return Answered("several")
        language = move.place.language
        self.walked.hears((*words, *told(self._candidates, language, person=person)), language)
        keyed = self._next(move, {"-": ""}, time_s, "")
        one = chosen(keyed.result, self._candidates) if keyed else None
        return Answered("known", {CUSTOMER_SLOT: str(one.id), "name": one.name}) if one else keyed

    def _done_once(self, move: Move, what: str, do: Callable[[], None]) -> Answered:
        key = (move.place.step, move.place.visit, what)
        if key not in self._once:
            do()
        return self._once.setdefault(key, Answered("done"))

    def _acted(self, move: Move, asked: Act) -> Answered | None:
        key = (move.place.step, move.place.visit, asked.action)
        if key in self._once:
            return self._once[key]
        found = self._of(self.script.services.actions, asked.action)
        if found is None:
            self.walked.stops(move, f"the script does not say what the action {asked.action!r} answers")
            return None
        self.walked.acts.append(asked.action)
        inputs = "".join(f" {name}={value}" for name, value in asked.inputs.items())
        self.walked.answered(f"{asked.action}{inputs}: {found.result}")
        self._once[key] = found
        return found

    def _of(self, answers: Mapping[str, tuple[Answered, ...]], name: str) -> Answered | None:
        several = answers.get(name)
        if not several:
            return None
        self._asked[name] += 1
        if self.script.stops and self._asked[name] > len(several):
            return None
        return several[min(self._asked[name], len(several)) - 1]

    def _next(self, move: Move, meaning: Mapping[str, str], time_s: float, late: str) -> Answered | None:
        """What the caller does, or what he gets when his time is up."""
        waited = 0
        while self.does:
            done = self._in_time(self.does.pop(0), time_s)
            self.walked.told.append(Told("does", done))
            if waits := WAITS.fullmatch(done):
                waited += int(waits[1])
                if waited >= time_s:
                    self._passes(time_s)
                    return Answered(late)
                continue
            self._passes(waited + sum(min(int(pause), time_s) for pause in PAUSE.findall(done)))
            return self._done(move, PAUSE.sub("", done), meaning)
        self.walked.stops(move, "the script says nothing more")
        self.walked.waited = waited
        return None

    def _in_time(self, done: str, time_s: float) -> str:
        """What is keyed up to a pause that is too long; what comes after it is keyed into whatever follows."""
        for pause in PAUSE.finditer(done):
            too_long = int(pause[1]) - int(time_s)
            if too_long >= 0 and (later := done[pause.end() :]):
                self.does[:0] = [f"waits {too_long}", later] if too_long else [later]
                return f"{done[: pause.start()]} waits {int(time_s)}"
        return done

    def _done(self, move: Move, done: str, meaning: Mapping[str, str]) -> Answered | None:
        if done == HANGS_UP:
            return None
        if done in meaning:
            return Answered(meaning[done])
        if isinstance(move.command, Listen | AskWhom) and KEYED.fullmatch(done):
            return Answered(done.rstrip("#"))
        self.walked.unexpected = f"{done!r} cannot be done at {move.place.step}"
        return None

    def _passes(self, seconds: float) -> None:
        if self.now is not None:
            self.now += int(seconds * 1000)


def differences(script: Script, walked: Walked) -> Iterator[str]:
    """What came otherwise than the script expects, in words."""
    if walked.unexpected:
        yield walked.unexpected
    if walked.unused:
        yield f"the walk ended before {', '.join(walked.unused)}"
    if script.path is not None and tuple(walked.path) != script.path:
        yield f"expected the path {' '.join(script.path)}, walked {' '.join(walked.path)}"
    heard = iter(walked.heard)
    for part in script.hears:
        if not any(part in one for one in heard):
            yield f"expected to hear {part!r} (in this order), heard {' / '.join(walked.heard) or 'nothing'}"
            break
    if script.acts is not None and tuple(walked.acts) != script.acts:
        yield f"expected the actions {list(script.acts)}, got {walked.acts}"
    for name, expected, came in (("to owe", script.owes, walked.owes), ("answers", script.answers, walked.answers)):
        if tuple(came) != expected:
            yield f"expected {name} {list(expected)}, got {came}"
    if script.outcome is not None and walked.outcome != script.outcome:
        yield f"expected the outcome {script.outcome!r}, got {walked.outcome!r}"
