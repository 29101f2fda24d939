"""What the record tells of steps: each visit has one fate, and the figures add up, on both databases."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from callcenter.floor.call import Call, Tried
from callcenter.ivr.seen.funnel import StepFigures, arrow_counts, by_exit, by_version, figures, in_order, in_vain, percentile
from callcenter.ivr.seen.tally import FATES, Wanted
from callcenter.ivr.seen.visits import Visits
from callcenter.store.engine import Store
from tests.ivr_seen.walked import HOTLINE, call, keep, talked, waited

T = 1_800_000_000_000
HOUR = 3_600_000
DAY = Wanted("orders", T, T + 24 * HOUR)


async def seen(store: Store, wanted: Wanted = DAY) -> dict[str, StepFigures]:
    return dict(figures(await Visits(store).tallies(wanted)))


async def test_a_caller_who_hangs_up_in_the_menu_gave_up_there(store: Store) -> None:
    await keep(store, call("1", T, [("greeting", 4000, "done"), ("menu", 2500, "hung_up")]))
    found = await seen(store)
    assert found["greeting"].fates == {"went_on": 1}
    assert found["menu"].fates == {"gave_up": 1}
    assert (found["menu"].callers, found["menu"].p50_ms) == (1, 2000)


async def test_who_was_answered_reached_a_person_though_he_hung_up_in_the_talk(store: Store) -> None:
    talked = call("1", T, [("menu", 2000, "1"), ("person", 80_000, "hung_up")])
    await keep(store, waited(talked, T + 2100, T + 14_000, "answered"))
    found = await seen(store)
    assert found["person"].fates == {"person": 1}
    assert found["person"].p50_ms == 12_000  # the wait, not the talk


async def test_who_gave_up_in_the_queue_gave_up(store: Store) -> None:
    await keep(store, waited(call("1", T, [("person", 30_000, "hung_up")]), T + 100, T + 30_000, "abandoned"))
    assert (await seen(store))["person"].fates == {"gave_up": 1}


async def test_who_talked_and_then_went_on_to_the_next_step_counts_on_that_way(store: Store) -> None:
    talked = call("1", T, [("person", 60_000, "answered"), ("bye", 3000, "done")])
    await keep(store, waited(talked, T + 10, T + 9_000, "answered"))
    found = await seen(store)
    assert found["person"].fates == {"person": 1}
    assert arrow_counts(found.values()) == {("person", "bye"): 1}


async def test_who_was_taken_to_a_person_by_the_dialplan_while_we_were_away_did_not_give_up_in_the_menu(store: Store) -> None:
    await keep(store, waited(call("1", T, [("menu", 90_000, "hung_up")]), T + 20_000, T + 30_000, "answered"))
    assert (await seen(store))["menu"].fates == {"person": 1}


async def test_who_was_put_through_reached_a_person_and_who_heard_it_ring_in_vain_did_not(store: Store) -> None:
    await keep(
        store,
        talked(call("1", T, [("through", 60_000, "hung_up")]), T + 7000, T + 60_000),
        talked(call("2", T, [("through", 40_000, "done")]), T + 9000, T + 40_000),
        call("3", T, [("through", 20_000, "no_answer"), ("bye", 1000, "done")]),
        call("4", T, [("through", 6_000, "hung_up")]),
    )
    found = (await seen(store))["through"]
    assert found.fates == {"person": 2, "went_on": 1, "gave_up": 1}
    assert found.p50_ms == 7000


async def test_hanging_up_after_a_message_or_in_the_goodbye_is_no_giving_up(store: Store) -> None:
    await keep(
        store,
        call("1", T, [("message", 9000, "hung_up")], outcome="voicemail", exit="voicemail"),
        call("2", T, [("message", 3000, "hung_up")]),
        call("3", T, [("bye", 1000, "hung_up")]),
        call("4", T, [("bye", 3000, "done")]),
    )
    found = await seen(store)
    assert found["message"].fates == {"ended": 1, "gave_up": 1}
    assert found["bye"].fates == {"ended": 2}


async def test_what_nothing_can_tell_is_told_apart_and_who_is_there_now_too(store: Store) -> None:
    await keep(
        store,
        call("1", T, [("menu", 0, None)]),
        call("2", T, [("menu", 5000, None)], exit="lost_sight"),
        call("3", T, [("menu", 5000, None)]),
    )
    found = (await seen(store))["menu"]
    assert found.fates == {"still": 1, "unknown": 1, "ended": 1}
    assert found.entered == 3


async def test_digits_keyed_in_are_counted_and_not_told(store: Store) -> None:
    await keep(
        store,
        *(call(str(n), T, [("number", 4000, digits), ("bye", 100, "done")]) for n, digits in enumerate(["310101", "44", "9"])),
        call("x", T, [("number", 9000, "timeout"), ("bye", 100, "done")]),
    )
    assert {(way.result, way.visits) for way in (await seen(store))["number"].ways} == {("given", 3), ("timeout", 1)}


async def test_wrong_keys_and_none_are_counted_however_it_ended(store: Store) -> None:
    one = call("1", T, [("menu", 9000, "1"), ("menu", 4000, "hung_up")])
    other = call("2", T, [("menu", 15_000, "timeout"), ("bye", 100, "done")])
    await keep(
        store,
        replace(one, steps=(replace(one.steps[0], misses=2), replace(one.steps[1], misses=1))),
        replace(other, steps=(replace(other.steps[0], misses=3), other.steps[1])),
    )
    assert (await seen(store))["menu"].misses == 6


async def test_which_keys_led_on_to_nothing_is_counted_by_step(store: Store) -> None:
    one = call("1", T, [("menu", 9000, "1"), ("menu", 4000, "hung_up")])
    other = call("2", T, [("menu", 15_000, "timeout"), ("number", 100, "done")])
    tried = [(Tried(T + 1, "7"), Tried(T + 2, "")), (Tried(T + 9001, "7"),), (Tried(T, "8"),), (Tried(T, "••••"),)]
    await keep(
        store,
        *(
            replace(of, steps=tuple(replace(step, tried=done) for step, done in zip(of.steps, several, strict=True)))
            for of, several in ((one, tried[:2]), (other, tried[2:]))
        ),
    )
    found = in_vain(await Visits(store).missed(Wanted("orders", T, T + 1)))
    assert found == {"menu": [("7", 2), ("", 1), ("8", 1)], "number": [("••••", 1)]}
    assert in_vain(await Visits(store).missed(Wanted("orders", T + 1, T + 2))) == {}


async def test_a_caller_who_comes_back_counts_once_among_the_callers_and_every_time_among_the_visits(store: Store) -> None:
    await keep(store, call("1", T, [("menu", 1000, "3"), ("greeting", 1000, "done"), ("menu", 1000, "hung_up")]))
    menu = (await seen(store))["menu"]
    assert (menu.entered, menu.callers) == (2, 1)


async def test_time_hotline_and_version_choose_the_calls(store: Store) -> None:
    await keep(
        store,
        call("1", T - 1, [("menu", 1000, "hung_up")]),
        call("2", T, [("menu", 1000, "hung_up")]),
        call("3", T + 24 * HOUR - 1, [("menu", 1000, "hung_up")], version="v2"),
        call("4", T + 24 * HOUR, [("menu", 1000, "hung_up")]),
        call("5", T + HOUR, [("menu", 1000, "hung_up")], hotline="8000000002"),
    )
    visits = Visits(store)
    assert (await seen(store))["menu"].entered == 3
    assert (await seen(store, Wanted("orders", T, T + 24 * HOUR, hotline=HOTLINE)))["menu"].entered == 2
    assert (await seen(store, Wanted("orders", T, T + 24 * HOUR, version="v2")))["menu"].entered == 1
    assert await seen(store, Wanted("complaints", T, T + 24 * HOUR)) == {}
    came = await visits.came(DAY)
    assert list(by_version(came).items()) == [("v2", 1), ("v1", 2)]
    assert by_exit(came, None) == {"abandoned_ivr": 3}
    assert by_exit(came, "v2") == {"abandoned_ivr": 1}


def any_day(n: int) -> list[Call]:
    """Calls as chance has them, the same for the same number."""
    chance = random.Random(n)
    ends = {"menu": "hung_up", "number": "hung_up", "person": "hung_up", "bye": "done"}
    found = []
    for id in range(60):
        walked: list[tuple[str, int, str | None]] = [("greeting", chance.randrange(1, 9000), "done")]
        while walked[-1][0] != "person" and chance.random() < 0.75:
            walked.append(
                (chance.choice(["menu", "number", "person"]), chance.randrange(1, 130_000), chance.choice(["1", "timeout", None]))
            )
        last, ms, _ = walked[-1]
        walked[-1] = (last, chance.choice([0, ms, ms]), ends.get(last, "hung_up"))
        one = call(f"c{id}", T + id, walked)
        if last == "person" and chance.random() < 0.5:
            one = waited(one, one.steps[-1].began + 5, one.steps[-1].began + 900, "answered")
        found.append(one)
    return found


async def test_of_any_day_all_figures_add_up(store: Store) -> None:
    calls = any_day(7)
    await keep(store, *calls)
    found = await seen(store)
    visits = Counter(step.step for one in calls for step in one.steps)
    assert {step: one.entered for step, one in found.items()} == visits
    assert {step: one.callers for step, one in found.items()} == Counter(step for one in calls for step in {s.step for s in one.steps})
    for one in found.values():
        assert set(one.fates) <= set(FATES)
        assert sum(way.visits for way in one.ways) == one.entered
    came_by_arrow = Counter(to.step for one in calls for to in one.steps[1:])
    arrived: Counter[str] = Counter()
    for (_, to), count in arrow_counts(found.values()).items():
        arrived[to] += count
    assert arrived == came_by_arrow
    last = Counter(one.fates["gave_up"] + one.fates["ended"] + one.fates["still"] for one in found.values())
    answered_last = sum(bool(one.segments) for one in calls)
    assert sum(value * times for value, times in last.items()) + answered_last == len(calls)


async def test_steps_stand_in_the_flows_order_and_those_of_another_version_after_them(store: Store) -> None:
    await keep(store, call("1", T, [("menu", 1000, "1"), ("number", 1000, "hung_up")]))
    rows = list(in_order(await seen(store), ["greeting", "menu"], {"greeting": "say", "menu": "menu"}))
    assert [(row.step, row.entered, row.kind) for row in rows] == [("greeting", 0, "say"), ("menu", 1, "menu"), ("number", 1, "ask")]


@given(st.lists(st.integers(0, 300_000), min_size=1, max_size=200), st.sampled_from([0.5, 0.9, 0.99]))
def test_a_percentile_is_a_time_that_occurred_and_that_share_did_not_exceed_it(times: list[int], share: float) -> None:
    found = percentile(Counter(times), share)
    assert found in times
    assert sum(one <= found for one in times) >= share * len(times)
    assert sum(one < found for one in times) < share * len(times)
    assert percentile({}, share) is None
