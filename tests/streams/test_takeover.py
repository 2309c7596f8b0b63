"""Workers that stop, start again and take over from each other: nothing is lost, nothing is told twice."""

import pytest

from tests.streams.city import city
from tests.streams.stage import Stage

pytestmark = [pytest.mark.kafka, pytest.mark.store]


def test_a_restarted_worker_goes_on_where_it_was(one_stage: Stage) -> None:
    """Open cases come back with their histories and findings: revisions continue, nothing is told twice."""
    records = city(2, 60)
    half = len(records) // 2
    first = one_stage.worker()
    one_stage.publish(records[:half])
    one_stage.wait_right(half)
    assert first.stop() == 0
    one_stage.publish(records[half:])
    one_stage.worker()
    one_stage.wait_right(len(records))


def test_two_workers_share_the_partitions_and_take_over_from_each_other(stage: Stage) -> None:
    records = city(3, 90)
    third = len(records) // 3
    first = stage.worker()
    stage.publish(records[:third])
    stage.wait_right(third)
    stage.worker()
    stage.publish(records[third : 2 * third])
    stage.wait_right(2 * third)
    first.kill()
    stage.publish(records[2 * third :])
    stage.wait_right(len(records))


def test_a_worker_that_is_asked_to_stop_leaves_nothing_to_read_twice(one_stage: Stage) -> None:
    records = city(4, 20)
    worker = one_stage.worker()
    one_stage.publish(records)
    one_stage.wait_right(len(records))
    assert worker.stop() == 0
    one_stage.worker()
    one_stage.publish(city(5, 1))
    one_stage.wait_stored(len(records) + len(city(5, 1)))
    assert "held=0" in one_stage.last_words()
    assert "read again" not in one_stage.last_words()
