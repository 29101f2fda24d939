"""What is found in an event when it is asked for is what reading all of it gives."""

from __future__ import annotations

import pytest

from callcenter.telephony.glance import BEGINS, Glance
from callcenter.telephony.translate import translate
from callcenter.telephony.wire import Torn, event_name, parse
from tests.streams import NAMES, messages, raw


@pytest.mark.parametrize("name", NAMES)
def test_a_glance_tells_what_the_whole_message_tells(name: str) -> None:
    told = 0
    for one in messages(raw(name)):
        whole = parse(one)
        if not event_name(one) or "actionid" in whole:
            continue
        glance = Glance(one)
        assert {header: glance.get(header, "") for header in BEGINS} == {header: whole.get(header, "") for header in BEGINS}
        for of in ("", "dest"):
            for variable in ("CC_CALL", "CC_HOTLINE", "CC_AT", "NONE"):
                assert glance.variable(variable, of) == whole.variable(variable, of)
        assert translate(glance, 0) == translate(whole, 0)
        told += 1
    assert told > 5


def test_an_empty_last_header_and_a_missing_one() -> None:
    glance = Glance("Event: X\nCallerIDNum: 王\nCallerIDName: \nExten: ".encode())
    assert (glance["event"], glance["calleridnum"], glance["exten"], glance.get("state", "none")) == ("X", "王", "", "none")
    with pytest.raises(KeyError, match="uniqueid"):
        glance["uniqueid"]


@pytest.mark.parametrize(
    "lines",
    [
        b"CallerIDNum: 1\nX: y\nCallerIDName: z",
        b"DestConnectedLineNum: 1\nX: y\nDestConnectedLineName: z",
        b"CallerIDNum: 1\nCallerIDName: x\nState: y\nCallerIDName: z",
        b"Uniqueid: 1\nUniqueid: 2",
    ],
)
def test_a_message_with_lines_of_somebody_elses_is_torn(lines: bytes) -> None:
    with pytest.raises(Torn):
        Glance(b"Event: X\n" + lines).get("uniqueid", "")
