"""verify must notice: a finding that was deleted, made up or altered, and a forgotten open case."""

from collections.abc import Iterator

import pytest

from mingjing.instants import micros
from mingjing.store import CaseState, Store
from streams.verify import verify
from tests.streams.test_desk import NOW, Bench, Limits, message, record

pytestmark = pytest.mark.store


@pytest.fixture
def bench(store: Store, store_dsn: str) -> Iterator[Bench]:
    bench = Bench(store, store_dsn)
    bench.take(message(0, record("late", hours=-30)), message(1, record("open", hours=-2)), message(2, record("x")))
    bench.desk.tick(1, {0: micros(NOW)})
    bench.desk.tell(1)
    yield bench
    bench.close()


def differences(bench: Bench) -> list[tuple[str, str]]:
    found = verify(bench.store, Limits(), "events", 1)
    return [(one.kind, one.case_id) for case in found for one in case.differences]


def test_what_the_worker_wrote_is_what_the_rules_say(bench: Bench) -> None:
    assert differences(bench) == []


def test_a_deleted_finding_is_missing(bench: Bench) -> None:
    bench.store._connection.command("TRUNCATE TABLE finding_revisions")
    assert differences(bench) == [("missing", "late")]


def test_an_altered_finding_is_different(bench: Bench) -> None:
    [finding] = bench.store.published(["late"])["late"].values()
    changed = type(finding)(
        **{**{f: getattr(finding, f) for f in finding.__struct_fields__}, "severity": 1, "revision": 2}
    )
    bench.store.write_findings([changed])
    assert differences(bench) == [("different", "late")]


def test_a_finding_that_nothing_supports_is_invented(bench: Bench) -> None:
    [finding] = bench.store.published(["late"])["late"].values()
    made_up = {"case_id": "nobody", "finding_id": "made-up"}
    fields = {f: getattr(finding, f) for f in finding.__struct_fields__}
    bench.store.write_findings([type(finding)(**{**fields, **made_up})])
    assert differences(bench) == [("invented", "nobody")]


def test_an_open_case_that_was_forgotten_is_told(bench: Bench) -> None:
    bench.store.write_case_state([CaseState("open", "events", 0, None, micros(NOW))])
    assert differences(bench) == [("state", "open")]
