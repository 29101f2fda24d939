"""A flow tried out by hand: what the flow waits for, what a press makes of it, and the walk that comes of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.ivr.language.load import load
from callcenter.ivr.language.steps import Flow, Menu
from callcenter.ivr.scripts.script import judge, read_scripts, walk_script
from callcenter.ivr.scripts.script_file import Script, World
from callcenter.ivr.trying.trying import KEYS, Done, NotDone, Waits, as_walk, kept, pressed, read_done, waits_for, with_done
from callcenter.ivr.walking.walk import Caller
from callcenter.settings import CHECKOUT
from tests.ivr_seen.flows import orders

START = Script(it="tried", language="en")


def tried(flow: Flow, *words: str, start: Script = START) -> tuple[tuple[Done, ...], str, Waits | None]:
    """What was done and is waited for after these presses."""
    done: tuple[Done, ...] = ()
    typed = ""
    for word in words:
        waits = waits_for(walk_script(flow, with_done(start, done)), flow, {})
        done, typed = pressed(done, typed, waits, word, {})
    return done, typed, waits_for(walk_script(flow, with_done(start, done)), flow, {})


def test_one_key_goes_on_at_once_and_several_are_gathered() -> None:
    done, typed, waits = tried(orders(), "1")
    assert (done, waits and (waits.what, waits.most)) == ((Done("does", "1"),), ("keys", 8))
    done, typed, waits = tried(orders(), "1", "4", "5")
    assert (len(done), typed) == (1, "45")
    for end in ("#", "-"):
        done, typed, waits = tried(orders(), "1", "4", "5", end)
        assert (done[1].word.rstrip("#"), typed, waits) == ("45", "", None)
    done, typed, _ = tried(orders(), "1", *"12345678")
    assert (done[1].word, typed) == ("12345678", "")


def test_no_sound_is_a_press_where_it_has_a_way() -> None:
    flow = orders()
    menu = flow.steps["menu"]
    assert isinstance(menu, Menu)
    quiet = replace(flow, steps={**flow.steps, "menu": replace(menu, tries=1, silent="bye")})
    assert tried(flow, "silent")[0] == ()
    done, _, waits = tried(quiet, "silent")
    assert (done, waits) == ((Done("does", "silent"),), None)
    assert walk_script(quiet, with_done(START, done)).outcome == "silent"


def test_back_takes_the_last_thing_back_and_again_everything() -> None:
    assert tried(orders(), "1", "4", "5", "back")[1] == "4"
    assert tried(orders(), "2", "1", "back")[0] == (Done("does", "2"),)
    assert tried(orders(), "2", "1", "again")[0] == ()


def test_a_press_that_means_nothing_now_changes_nothing() -> None:
    assert tried(orders(), "spoken")[0] == ()
    assert tried(orders(), "0", "5")[0] == (Done("does", "0"),)
    assert tried(orders(), "0", "hangs up", "1")[0] == (Done("does", "0"), Done("does", "hangs up"))


def test_who_is_slow_between_two_digits_is_waited_for_and_too_slow_has_answered() -> None:
    assert tried(orders(), "1", "4", "waits 2", "waits 1")[1] == "4 waits 3"
    assert tried(orders(), "1", "4", "waits 2", "5", "back")[1] == "4 waits 2"
    assert tried(orders(), "1", "4", "waits 2", "back")[1] == "4"
    done, typed, waits = tried(orders(), "1", *"4", "waits 2", *"567", "waits 1", *"8901")
    assert (done[1].word, typed, waits) == ("4 waits 2 567 waits 1 8901", "", None)
    done, typed, _ = tried(orders(), "1", "4", "waits 2", "waits 9")
    assert (done[1].word, typed) == ("4 waits 11", "")
    script = with_done(START, done)
    assert walk_script(orders(), script).path[-1] == "bye"
    _, scripts, _ = read_scripts(as_walk("orders", script, walk_script(orders(), script)), "x.walk.yaml")
    assert scripts[0].does == ("1", "4 waits 11")
    assert judge(orders(), scripts[0], "x.walk.yaml") == ()


def test_what_is_keyed_too_late_is_keyed_into_whatever_follows() -> None:
    again = orders(**{"next: bye\n    otherwise: person": "next: closing\n    otherwise: person", "most: 8": "most: 8\n    timeout_s: 5"})
    for word, path, told in (
        ("4 waits 4 2", "closing", ["4 waits 4 2"]),
        ("4 waits 5 1", "menu", ["4 waits 5", "1"]),
        ("4 waits 7 1", "menu", ["4 waits 5", "waits 2", "1"]),
        ("4 waits 4 2 waits 6 1", "menu", ["4 waits 4 2 waits 5", "waits 1", "1"]),
    ):
        walked = walk_script(again, Script(it="late", does=("1", word), stops=True))
        assert (walked.path[-1], walked.unused) == (path, ())
        assert [one.word for one in walked.told if one.what == "does"] == ["1", *told]


def test_queues_and_messages_wait_for_their_own_words() -> None:
    waits = tried(orders(), "0")[2]
    assert waits == Waits("queue", 0, 300, ("answered", "timeout", "full", "empty"), "orders")
    waits = tried(orders(), "0", "timeout")[2]
    assert waits is not None
    assert (waits.what, waits.words) == ("message", ("spoken", "silent"))


def test_time_passes_before_he_does_something_or_until_it_is_up() -> None:
    done, _, waits = tried(orders(), "0", "waits 100")
    assert done[-1] == Done("does", "waits 100")
    assert waits is not None
    assert (waits.what, waits.seconds, waits.waited) == ("queue", 300, 100)
    assert tried(orders(), "0", "waits 100", "hangs up")[2] is None
    waits = tried(orders(), "0", "waits 100", "waits 200")[2]
    assert waits is not None
    assert (waits.what, waits.waited) == ("message", 0)
    script = with_done(START, tried(orders(), "waits 2", "0", "waits 30", "hangs up")[0])
    _, scripts, _ = read_scripts(as_walk("orders", script, walk_script(orders(), script)), "x.walk.yaml")
    assert scripts[0].does == ("waits 2", "0", "waits 30", "hangs up")
    assert judge(orders(), scripts[0], "x.walk.yaml") == ()


ASKING = """
name: asking
languages: [en]
start: number
person: person
steps:
  number: {do: ask, prompt: {en: Your number}, into: licence, most: 12, next: who, otherwise: person}
  who: {do: lookup, by: licence, known: state, unknown: number, locked: person}
  state:
    do: do
    action: order_status
    with: {order: "{licence}"}
    results: {found: told, none: person, failed: person}
  told: {do: say, prompt: {en: "{name}: {state}"}, next: bye}
  person: {do: queue, queue: orders, answered: bye, timeout: bye, nobody: bye}
  bye: {do: end}
"""


def asking() -> Flow:
    flow = load(ASKING, "asking.yaml").flow
    assert flow is not None
    return flow


def test_lookups_and_actions_wait_for_an_answer_each_time() -> None:
    sets = {"order_status": ("state",)}
    flow, done = asking(), (Done("does", "777#"),)
    waits = waits_for(walk_script(flow, with_done(START, done)), flow, sets)
    assert waits == Waits("lookup", 0, 0, ("known", "unknown", "several", "locked"), "777", ("name", "open_case", "manager", "language"))
    wrong, _ = pressed(done, "", waits, "unknown", {})
    again = (*wrong, Done("does", "777#"))
    assert waits_for(walk_script(flow, with_done(START, again)), flow, sets) == waits
    known, _ = pressed(again, "", waits, "known", {"name": "Ann", "other": "x"})
    assert known[-1] == Done("lookup", "known", "777", {"name": "Ann"})
    waits = waits_for(walk_script(flow, with_done(START, known)), flow, sets)
    assert waits == Waits(
        "action", 0, 0, ("found", "none", "failed"), "order_status", ("state",), {"found": "told", "none": "person", "failed": "person"}
    )
    told, _ = pressed(known, "", waits, "found", {"state": "on the way"})
    walked = walk_script(flow, with_done(START, told))
    assert waits_for(walked, flow, sets) is None
    assert walked.heard[-1] == "Ann: on the way"
    as_file = as_walk("asking", with_done(START, told), walked)
    name, scripts, findings = read_scripts(as_file, "asking.walk.yaml")
    assert (name, findings, len(scripts)) == ("asking", (), 1)
    assert judge(flow, scripts[0], "asking.walk.yaml") == ()


SHIPPED = sorted(path for path in (CHECKOUT / "ivr_flows").glob("*.yaml") if path.name != "prompts.yaml" and ".walk." not in path.name)


def read(path: Path) -> Flow:
    flow = load(path.read_text(encoding="utf-8"), str(path)).flow
    assert flow is not None
    return flow


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_whatever_is_pressed_the_walk_that_comes_of_it_is_right(path: Path, data: st.DataObject) -> None:
    flow = read(path)
    caller = data.draw(st.sampled_from([Caller("", "13800000000"), Caller("张三", "13800000000"), Caller("", "")]))
    opening = data.draw(st.sampled_from(["open", "closed", "holiday"]))
    world = World(treatment=data.draw(st.sampled_from(["", "", "", "nuisance"])), limited=data.draw(st.booleans()))
    start = Script(it="tried", language=flow.languages[0], caller=caller, opening=opening, services=world)
    done: tuple[Done, ...] = ()
    typed = ""
    for _ in range(data.draw(st.integers(0, 12))):
        waits = waits_for(walk_script(flow, with_done(start, done)), flow, {})
        if waits is None:
            break
        word = data.draw(st.sampled_from([*KEYS, "-"] if waits.what == "keys" else [*waits.words, "waits 7"]))
        done, typed = pressed(done, typed, waits, word, {"name": "李四"})
        assert read_done(kept(done)) == done
    while waits_for(walk_script(flow, with_done(start, done)), flow, {}) is not None:
        waits = waits_for(walk_script(flow, with_done(start, done)), flow, {})
        assert waits is not None
        word = "hangs up" if waits.what not in ("action", "lookup") else waits.words[-1]
        done, typed = pressed(done, typed, waits, word, {})
    script = with_done(start, done)
    _, scripts, findings = read_scripts(as_walk(flow.name, script, walk_script(flow, script)), "x.walk.yaml")
    assert findings == ()
    assert judge(flow, scripts[0], "x.walk.yaml") == ()


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[1]",
        '[{"what": 1, "word": "1"}]',
        '[{"what": "does"}]',
        '[{"what":"does","word":"' + "1" * 501 + '"}]',
        "[" * 100_000,
        '[{"x":1}]',
    ],
)
def test_what_no_page_kept_is_refused(text: str) -> None:
    with pytest.raises(NotDone):
        read_done(text)
    with pytest.raises(NotDone):
        read_done(kept([Done("does", "1")] * 301))
