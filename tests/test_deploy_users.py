"""The users of deploy/clickhouse, on a real server: each may do its work and nothing else."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mingjing.access import WHOLE
from mingjing.brokers.process import free_port, listening
from mingjing.errors import MingjingError
from mingjing.opendata import reading
from mingjing.opendata.exposures import exposed
from mingjing.record.keys import Signer
from mingjing.record.recorder import Draft, Recorder
from mingjing.scoring.periods import Period
from mingjing.store import Name, SampleRow, Store
from mingjing.store.exposures import ExposureRow, write_exposures
from mingjing.store.gathering import Gathering
from mingjing.store.record import entries
from mingjing.store.scores import sums
from mingjing.types import PresenceSample
from tests.streams.scoring import event, scorer, settled, store_events

pytestmark = pytest.mark.store

HOME = Path(__file__).resolve().parent.parent
CONFIG = """<clickhouse><listen_host>127.0.0.1</listen_host><tcp_port>{port}</tcp_port>
<users_config>users.xml</users_config></clickhouse>"""
USERS = """<clickhouse><profiles><default/></profiles><quotas><default/></quotas><users><default><password/>
<networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users></clickhouse>"""
NAME = Name("region", "519900", "明川市", "Mingchuan")


@pytest.fixture(scope="module")
def dsn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """The DSN of one of the users, on a server with just these users and a migrated database."""
    folder, port = tmp_path_factory.mktemp("deployed"), free_port()
    (folder / "config.xml").write_text(CONFIG.format(port=port))
    (folder / "users.xml").write_text(USERS)
    shutil.copytree(HOME / "deploy/clickhouse/users.d", folder / "users.d")
    env = {f"CLICKHOUSE_{user}_PASSWORD": user.lower() for user in ("MIGRATOR", "WRITER", "DESK", "READER", "PUBLIC")}
    server = subprocess.Popen(
        [sys.executable, "-m", "mingjing.store.server", str(folder), str(port)],
        stdin=subprocess.PIPE,
        env={**os.environ, **env},
    )
    while not listening(port):
        assert server.poll() is None
        time.sleep(0.05)

    def of(user: str) -> str:
        return f"clickhouse://mingjing_{user}:{user}@127.0.0.1:{port}/mingjing"

    with Store(of("migrator"), profile="offline") as store:
        store.migrate()
    yield of
    server.communicate()  # closes its input, which ends it


def test_the_worker_may_write_and_read(dsn: Callable[[str], str]) -> None:
    with Store(dsn("writer")) as store:
        store.write_names([NAME])
        assert store.query("lag_total")[0]["events"] == 0


def test_the_worker_may_not_drop_what_it_wrote(dsn: Callable[[str], str]) -> None:
    """A worker that was broken into cannot destroy the record of what happened."""
    with Store(dsn("writer")) as store, pytest.raises(MingjingError, match="(?i)privileges|grant"):
        store._connection.command("DROP TABLE mingjing.events")


def test_the_dashboard_may_read(dsn: Callable[[str], str]) -> None:
    with Store(dsn("reader"), profile="dashboard", scope=WHOLE) as store:
        assert store.query("lag_total")[0]["events"] == 0


def test_the_dashboard_may_not_write(dsn: Callable[[str], str]) -> None:
    with (
        Store(dsn("reader"), profile="dashboard", scope=WHOLE) as store,
        pytest.raises(MingjingError, match="(?i)readonly|privileges"),
    ):
        store.write_names([NAME])


def test_the_desk_appends_to_the_record_and_changes_nothing(dsn: Callable[[str], str]) -> None:
    """Whoever broke into the pages could add to the record under a name, but not take back what is in it."""
    at_ = datetime(2026, 1, 1, tzinfo=UTC)
    with Store(dsn("desk"), profile="dashboard") as store:
        Recorder(store, Signer.fresh(), "test").append("a", at_, Draft(kind="act", subject="f", number=1))
        assert len(entries(store, subjects=["f"])) == 1
        write_exposures(store, [ExposureRow(finding_id="f", state="", at=at_)])
        refused = (
            "ALTER TABLE record DELETE WHERE 1",
            "ALTER TABLE record UPDATE body = '' WHERE 1",
            "TRUNCATE TABLE record",
            "DROP TABLE record",
            "INSERT INTO record_heads (chain, seq) VALUES ('c', 9)",
            "SELECT count() FROM events",
            "SELECT count() FROM findings",
        )
        for statement in refused:
            with pytest.raises(MingjingError, match="(?i)privileges|grant"):
                store._connection.command(statement)
    with Store(dsn("writer")) as store:
        assert store._connection.select("SELECT max(seq) FROM record_heads", {}) == [(2,)]


def test_the_public_page_reads_sums_and_can_read_nothing_else(dsn: Callable[[str], str]) -> None:
    """Whoever broke into it would find no case, no finding and no officer's line."""
    with Store(dsn("public"), profile="dashboard") as store:
        reading.years(store)
        reading.rows(store, 2026, settled=date(2027, 1, 1), minimum=10)
        assert exposed(store, "Asia/Shanghai") == []
        with pytest.raises(MingjingError, match="(?i)privileges|grant"):
            store.query("exposures_of", findings=["f"])
        for query, given in (("lag_total", {}), ("api_finding", {"finding_id": "f"}), ("dead_letters", {})):
            with pytest.raises(MingjingError, match="(?i)privileges|grant"):
                store.query(query, **given)


def test_the_public_page_learns_of_no_officer_and_no_window(dsn: Callable[[str], str]) -> None:
    """Sums are kept by officer and window too, and so are their names: its user can read neither."""
    people = [Name("officer", "P1", "张三", "Zhang San"), Name("window", "W1", "一号窗口", "Window 1")]
    with Store(dsn("writer")) as store:
        store.write_names([NAME, *people])
        store.insert("org", {"field": ["officer", "region"], "code": ["P1", "R1"], "parent": ["W1", "R0"]})
    with Store(dsn("reader"), profile="dashboard", scope=WHOLE) as store:
        assert {row["field"] for row in store.query("names")} == {"region", "officer", "window"}
        assert len(store.query("org")) == 2
    with Store(dsn("public"), profile="dashboard") as store:
        assert {row["field"] for row in store.query("names")} == {"region"}
        assert {row["field"] for row in store.query("org")} == {"region"}
        for column in ("officer", "`window`", "cards"):
            with pytest.raises(MingjingError, match="(?i)privileges|grant"):
                store._connection.select(f"SELECT {column} FROM score_sums", {})


def test_population_rules_gather_in_tables_of_their_own(dsn: Callable[[str], str]) -> None:
    """The service runs as the writer; without the right to temporary tables it would judge nothing."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with Gathering(dsn("writer")) as gathered:
        gathered.catalogue([])
        gathered.registers([], [])
        gathered.facts(now, now)
        gathered.cases(now, now, {now.date(): True}, "Asia/Shanghai")
        assert gathered.rows("SELECT case_id AS subject FROM cases", {}, {}) == []


def test_samples_reach_the_tables_that_are_made_from_them(dsn: Callable[[str], str]) -> None:
    """Materialized views act with rights; the writer's insert must not fail for want of one."""
    at_ = datetime(2026, 1, 1, tzinfo=UTC)
    sample = PresenceSample(window="W1", camera="K1", sampled_at=at_, state="staffed", confidence=0.9)
    with Store(dsn("writer")) as store:
        store.write_presence([SampleRow(sample, decides=True)])
    with Store(dsn("reader"), profile="dashboard", scope=WHOLE) as store:
        assert [row["window"] for name in ("hall_now", "presence_hours") for row in store.query(name)] == ["W1"] * 2


def test_the_scorer_keeps_lines_and_mends_sums_as_the_writer(dsn: Callable[[str], str]) -> None:
    """With the right to insert and no more; the pages then read the sums."""
    with Store(dsn("writer"), profile="offline") as store:
        store_events(store, [event("C1", 1, "closed")])
        scoring = scorer(store)
        settled(scoring)
        store.insert("score_sums", {"grain": ["year"], "start": [date(2026, 1, 1)], "lines": [1]})
        assert [one.grain for one in scoring.check()] == ["year"]
    with Store(dsn("reader"), profile="dashboard", scope=WHOLE) as store:
        assert list(sums(store, "window", Period.parse("2026")).codes) == ["W1"]
