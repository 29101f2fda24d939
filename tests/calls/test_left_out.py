"""Where in a recording a moment of a call is heard, when the agent was taken aside meanwhile."""

from __future__ import annotations

from callcenter.calls.left_out import heard_at, left_out
from callcenter.floor.call import Call, Leg, Segment

T = 1_800_000_000_000


def call(*stretches: tuple[str, int, int]) -> Call:
    """Kinds with begin and end in seconds, all of one agent's leg."""
    segments = tuple(
        Segment(n, kind, "leg", T + a * 1000, "2001", None, T + b * 1000, "held") for n, (kind, a, b) in enumerate(stretches, 1)
    )
    last = max(b for _, _, b in stretches)
    leg = Leg("leg", "PJSIP/1001-1", "1001", T, "agent", ended=T + last * 1000)
    return Call("a1-1", "inbound", "13800000000", "8000000001", T, ended=T + last * 1000, legs={"leg": leg}, segments=segments)


TWICE = call(("talk", 0, 10), ("hold", 10, 14), ("talk", 14, 20), ("hold", 20, 27), ("talk", 27, 30))


def test_a_recording_as_long_as_the_call_leaves_nothing_out() -> None:
    assert left_out(TWICE, "leg", T, 29.8) == ()


def test_the_length_tells_which_hold_is_left_out() -> None:
    assert left_out(TWICE, "leg", T, 26.1) == ((T + 10_000, T + 14_000),)
    assert left_out(TWICE, "leg", T, 22.9) == ((T + 20_000, T + 27_000),)
    assert left_out(TWICE, "leg", T, 19.0) == ((T + 10_000, T + 14_000), (T + 20_000, T + 27_000))


def test_what_holds_do_not_explain_is_not_guessed() -> None:
    assert left_out(TWICE, "leg", T, 8.0) == ()
    assert left_out(call(("talk", 0, 10)), "leg", T, 5.0) == ()


def test_while_it_runs_nothing_is_known() -> None:
    assert left_out(TWICE, "leg", T, None) == ()


def test_a_moment_after_what_was_left_out_is_heard_earlier() -> None:
    left = ((T + 10_000, T + 14_000), (T + 20_000, T + 27_000))
    heard = [heard_at(T + at * 1000, T, left) for at in (5, 10, 12, 14, 18, 28)]
    assert heard == [5_000, 10_000, 10_000, 10_000, 14_000, 17_000]
