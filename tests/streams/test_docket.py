"""The docket decides which silent cases are judged when; a case forgotten here is an overdue case that nobody sees."""

from hypothesis import given
from hypothesis import strategies as st

from streams.docket import Docket, OpenCase
from streams.watermark import Times


def case(wake: int | None, *sources: str) -> OpenCase:
    return OpenCase(b"packed", wake, sources or ("hall",))


def test_a_case_comes_out_when_its_sources_time_has_reached_its_wake() -> None:
    docket = Docket()
    docket.put("early", case(10))
    docket.put("late", case(20))
    assert docket.due(Times({"hall": 9}), 100) == []
    assert docket.due(Times({"hall": 10}), 100) == [("early", 10)]
    assert docket.due(Times({"hall": 25}), 100) == [("late", 25)]


def test_a_case_of_a_silent_source_is_held_back_although_others_move_on() -> None:
    docket = Docket()
    docket.put("heard", case(10, "hall"))
    docket.put("silent", case(10, "bureau"))
    docket.put("both", case(10, "bureau", "hall"))
    assert docket.due(Times({"hall": 50, "bureau": 5}), 100) == [("heard", 50)]
    assert sorted(docket.due(Times({"hall": 50, "bureau": 10}), 100)) == [("both", 10), ("silent", 10)]


def test_a_postponed_case_does_not_come_out_at_its_old_instant() -> None:
    docket = Docket()
    docket.put("case", case(10))
    docket.put("case", case(30))
    assert docket.due(Times({"hall": 20}), 100) == []
    assert docket.due(Times({"hall": 30}), 100) == [("case", 30)]


def test_a_case_that_is_put_back_with_the_same_wake_comes_out_again() -> None:
    docket = Docket()
    docket.put("case", case(10))
    assert docket.due(Times({"hall": 10}), 100)
    docket.put("case", case(10))
    assert docket.due(Times({"hall": 10}), 100) == [("case", 10)]


def test_a_restored_case_comes_out_by_the_foremost_source_because_its_own_is_not_known_yet() -> None:
    docket = Docket()
    docket.restore(iter([("b", 20), ("a", 10)]))
    assert len(docket) == 2
    assert docket.due(Times({"hall": 15, "bureau": 2}), 100) == [("a", 15)]


def test_no_more_cases_come_out_at_once_than_asked_for() -> None:
    docket = Docket()
    docket.restore((f"case {n}", n) for n in range(10))
    times = Times({"hall": 100})
    assert [len(docket.due(times, 4)) for _ in range(4)] == [4, 4, 2, 0]


def test_only_the_last_closed_cases_stay_in_memory() -> None:
    docket = Docket(keep_closed=2)
    for name in ("one", "two", "three"):
        docket.put(name, case(None))
    assert len(docket) == 0
    assert docket.get("one") is None
    assert docket.get("three") is not None


def test_a_closed_case_that_opens_again_is_open() -> None:
    docket = Docket()
    docket.put("case", case(None))
    docket.put("case", case(10))
    assert "case" in docket
    assert docket.due(Times({"hall": 10}), 100) == [("case", 10)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcdefgh"),
            st.one_of(st.none(), st.integers(1, 50)),
            st.sampled_from([("x",), ("y",), ("x", "y")]),
        ),
        max_size=60,
    ),
    st.integers(0, 50),
    st.integers(0, 50),
)
def test_what_is_due_is_what_a_search_through_all_cases_finds(
    puts: list[tuple[str, int | None, tuple[str, ...]]], x: int, y: int
) -> None:
    """Heaps with stale entries are an optimisation; the outcome must be that of looking at every case."""
    docket = Docket()
    latest: dict[str, tuple[int | None, tuple[str, ...]]] = {}
    times = Times({"x": x, "y": y})
    for name, wake, sources in puts:
        docket.put(name, OpenCase(b"", wake, tuple(sources)))
        latest[name] = (wake, sources)
    expected = sorted(
        name for name, (wake, sources) in latest.items() if wake is not None and wake <= times.of(sources)
    )
    assert sorted(name for name, _ in docket.due(times, 1_000)) == expected
    assert len(docket) == sum(wake is not None for wake, _ in latest.values())
