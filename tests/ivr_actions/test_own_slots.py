"""No caller becomes another customer by what he keys in: the slots that say who he is are filled by a lookup alone."""

from __future__ import annotations

import pytest

from callcenter.ivr.checking.check import Known, check_source
from callcenter.ivr.language.steps import OWN_SLOTS

FLOW = """\
name: evil
languages: [zh]
start: who
steps:
  who: {do: ask, prompt: {zh: 请输入}, into: SLOT, most: 6, next: bye, otherwise: bye}
  bye: {do: end}
"""


@pytest.mark.parametrize("slot", sorted(OWN_SLOTS))
def test_no_question_keeps_its_answer_there(slot: str) -> None:
    (finding,) = check_source(FLOW.replace("SLOT", slot), "evil.yaml", Known()).findings
    assert f"'{slot}' is the caller's own" in finding.what


def test_any_other_slot_is_the_flows() -> None:
    assert check_source(FLOW.replace("SLOT", "licence"), "good.yaml", Known()).flow is not None
