"""Experts and parties: frequencies against chance, who was drawn outside the pool, who was barred when."""

import json
from datetime import UTC, date, datetime, timedelta

from mingjing.draws import replay
from mingjing.insight.experts import Told, at_least, drawn_outside, frequencies, member, removals, specialities, told
from mingjing.insight.parties import Part, expiring, record, standings

NOON = datetime(2025, 3, 3, 4, tzinfo=UTC)
POOL = [f"x{number:02d}" for number in range(30)]


def drawn(
    number: int, codes: list[str], pool: list[str] | None, excluded: tuple[str, ...] = (), **more: object
) -> Told:
    data: dict[str, object] = {"drawn": codes, "draw": f"D{number}", "by": "system", **more}
    if pool is not None:
        data |= {"seed": str(number), "candidates": pool, "excluded": list(excluded)}
    row = {"event_id": f"e{number}", "case_id": f"T{number}", "occurred_at": NOON + timedelta(days=number),
           "department": "ZSJ", "officer": "ZSJ-01", "told": json.dumps(data)}  # fmt: skip
    return told(row)


def fair(count: int, city: int = 0) -> list[Told]:
    seeds = range(city * 1_000, city * 1_000 + count)
    return [drawn(seed, replay(str(seed), POOL, [], 5), POOL) for seed in seeds]


def test_chances_add_up_exactly() -> None:
    """Against a count of all outcomes of three draws with chances 1/2, 1/4 and 1/5."""
    chances, whole = (0.5, 0.25, 0.2), [0.0] * 4
    for mask in range(8):
        weight = 1.0
        for place, chance in enumerate(chances):
            weight *= chance if mask >> place & 1 else 1 - chance
        whole[mask.bit_count()] += weight
    for count in range(4):
        assert abs(at_least(count, chances) - sum(whole[count:])) < 1e-12


def test_fair_draws_accuse_somebody_in_at_most_one_city_of_twenty() -> None:
    """Of 150 cities with 40 fair draws each, at most 5 % and three standard deviations of that (15) accuse anybody."""
    assert sum(any(one.beyond for one in frequencies(fair(40, city))) for city in range(150)) <= 15


def test_who_is_drawn_in_every_second_tender_by_seeds_that_were_tried_stands_out() -> None:
    bent = [
        next(one for one in fair(100, seed + 1) if "x07" in one.drawn) if seed % 2 else fair(1, seed + 1)[0]
        for seed in range(60)
    ]
    assert all(one.state == "repeats" for one in bent)
    assert [one.code for one in frequencies(bent) if one.beyond] == ["x07"]


def test_a_thin_speciality_is_explained_and_a_run_repeated_counts_once() -> None:
    few = POOL[:6]
    several = [drawn(number, replay(str(number), few, [], 5), few) for number in range(40)]
    assert not any(one.beyond for one in frequencies(several))
    (one, *_) = frequencies([several[0], several[0]])
    assert one.draws == 1


def test_excluded_experts_have_no_chance_and_draws_without_a_pool_are_told_apart() -> None:
    found = {one.code: one for one in frequencies([drawn(1, ["b"], ["a", "b"], ("a",)), drawn(2, ["z", "b"], None)])}
    assert "a" not in found
    assert (found["b"].draws, found["b"].drawn, found["b"].expected, found["b"].others) == (1, 1, 1.0, 1)
    assert (found["z"].draws, found["z"].others, found["z"].beyond) == (0, 1, False)


def test_states_of_records() -> None:
    right = replay("1", POOL, [], 5)
    assert drawn(1, right, POOL).state == "repeats"
    assert drawn(1, [*right[:4], "stranger"], POOL).state == "differs"
    assert drawn(1, ["a", "b"], ["a"]).state == "differs"
    assert drawn(1, ["a"], None).state == "untold"
    assert drawn(1, ["a"], ["a"], count="many").state == "untold"


def test_the_pool_knows_who_was_in_it_when() -> None:
    stays = [
        member("x1", {"specialities": "市政|水利", "left": "违规清退"}, date(2020, 1, 1), date(2025, 3, 4)),
        member("x2", {"specialities": "市政"}, date(2020, 1, 1), date(2299, 12, 31)),
    ]
    several = [drawn(0, ["x1", "x2"], None, speciality="市政"), drawn(5, ["x1", "x9"], None)]
    days = {one.event_id: one.at.date() for one in several}
    assert {code: len(those) for code, those in drawn_outside(stays, several, days).items()} == {"x1": 1, "x9": 1}
    assert [one.code for one in removals(stays, date(2025, 3, 31))] == ["x1"]
    assert removals(stays, date(2025, 3, 4)) == []
    found = {one.name: one for one in specialities(stays, several, date(2025, 3, 1), date(2025, 3, 31))}
    assert (found["市政"].experts, found["市政"].left, found["市政"].draws) == (1, 1, 1)
    assert (found["水利"].experts, found["水利"].left, found["水利"].draws) == (0, 1, 0)


def test_a_member_whose_row_is_renewed_neither_left_nor_came() -> None:
    first, last, end = date(2025, 3, 1), date(2025, 3, 31), date(2299, 12, 31)
    stays = [
        member("x1", {"specialities": "市政"}, date(2020, 1, 1), date(2025, 3, 9)),
        member("x1", {"specialities": "市政|水利"}, date(2025, 3, 10), end),
        member("x2", {"specialities": "市政"}, date(2020, 1, 1), date(2025, 3, 9)),
        member("x2", {"specialities": "市政"}, date(2025, 3, 20), end),
    ]
    assert [one.code for one in removals(stays, last)] == ["x2"]
    found = {one.name: (one.experts, one.entered, one.left) for one in specialities(stays, [], first, last)}
    assert found == {"市政": (2, 1, 1), "水利": (1, 1, 0)}


def test_a_draw_is_shown_masked_with_the_state_that_it_has() -> None:
    one = drawn(1, replay("1", POOL, [], 5), POOL, excluded_units="u9").veiled(str.upper)
    assert one.state == "repeats"
    assert one.excluded_units == ()
    assert one.draw is not None
    assert {*one.drawn, *one.draw.pool, *one.draw.drawn} == {code.upper() for code in POOL}


def test_a_bar_counts_on_its_days_and_on_no_other() -> None:
    """Its last day is one of them; the day after, the party is free."""
    last = NOON.date()
    records = [
        record("R1", {"party": "b1", "kind": "bad", "bars": "true"}, last - timedelta(days=300), last),
        record("R2", {"party": "b1", "kind": "bad"}, last - timedelta(days=9), last + timedelta(days=99)),
        record("R3", {"party": "b2", "kind": "good"}, last - timedelta(days=9), last + timedelta(days=9)),
    ]
    parts = [
        Part(party="b1", case_id="T1", department="D", bid_at=NOON, scored_at=NOON, won_at=NOON + timedelta(days=1)),
        Part(party="b1", case_id="T2", department="D", scored_at=NOON, won_at=NOON, bound=False),
        Part(party="b2", case_id="T1", department="D", scored_at=NOON),
    ]
    local = {instant: instant.date() for instant in (NOON, NOON + timedelta(days=1))}
    first, second = standings(records, parts, last, local)
    assert (first.party, first.scored_barred, first.won_barred, first.barred_until) == ("b1", ("T1",), (), last)
    assert (second.barred_until, second.scored_barred, second.in_force) == (None, (), 1)
    assert [one.code for one in expiring(records, last, 10)] == ["R1", "R3"]
