"""The reference of the flow language is complete, says nothing that is not so, and stands in docs/ as it is made."""

from __future__ import annotations

import re

from callcenter.ivr.checking.check import Known, check_source
from callcenter.ivr.language.load import load
from callcenter.ivr.language.spoken import KINDS as SPOKEN
from callcenter.ivr.language.step_keys import step_keys
from callcenter.ivr.language.steps import KINDS
from callcenter.ivr.language.words import Within
from callcenter.ivr.reference import EXAMPLE, FLOW_KEYS, MEANINGS, OWN, reference
from callcenter.rooms import rooms
from callcenter.settings import CHECKOUT, Settings


def test_the_page_is_as_it_is_made() -> None:
    assert (CHECKOUT / "docs" / "flows.md").read_text(encoding="utf-8") == reference()


def test_every_step_and_every_key_of_it_is_there_and_no_other() -> None:
    sections = dict(re.findall(r"^## `do: (\w+)`\n(.*?)(?=^## )", reference(), re.MULTILINE | re.DOTALL))
    assert sections.keys() == KINDS.keys()
    for word, section in sections.items():
        assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(step_keys(word, Within()))


def test_no_meaning_is_left_over() -> None:
    every = {(word, name) for word in KINDS for name in step_keys(word, Within())}
    assert OWN.keys() <= every
    assert MEANINGS.keys() == {name for word, name in every if (word, name) not in OWN}


def test_the_keys_of_a_flow_are_those_that_are_read() -> None:
    (finding,) = [one.what for one in load("colour: red\nsteps: {}\n", "f").findings if "has no 'colour'" in one.what]
    assert finding.partition("expected ")[2].split(", ") == list(FLOW_KEYS)


def test_nothing_is_wrong_with_the_example() -> None:
    known = Known(queues=frozenset({"orders"}), actions=rooms(Settings()).actions.by_name)
    assert check_source(EXAMPLE, "small.yaml", known).findings == ()
    assert EXAMPLE in reference()


def test_limits_and_kinds_come_from_what_reads_them() -> None:
    page = reference()
    assert "| `timeout_s` | a whole number from 5 to 7200 | 300 | longest wait, in seconds |" in page
    assert "| `next` | a step's name | is needed | the step after |" in page
    for kind in SPOKEN:
        assert f"| `{{x:{kind}}}` |" in page
    assert "一百二十三元五角" in page
