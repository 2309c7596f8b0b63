"""Where a case lives must be what every other Kafka client would say, or a case would live in two partitions."""

import pytest
from aiokafka.partitioner import DefaultPartitioner

from mingjing.brokers.partitions import partition_of


@pytest.mark.parametrize("case_id", ["1", "A-2014-000017", "办件20140926", "x" * 512])
def test_a_case_lives_where_kafkas_default_partitioner_puts_its_key(case_id: str) -> None:
    everywhere = list(range(8))
    assert partition_of(case_id, 8) == DefaultPartitioner()(case_id.encode(), everywhere, everywhere)


def test_the_partition_is_the_one_that_the_java_client_computes() -> None:
    # Kafka's own UtilsTest.testMurmur2: "21" hashes to -973932308, "foobar" to -790332482.
    assert partition_of("21", 1000) == (-973932308 & 0x7FFFFFFF) % 1000
    assert partition_of("foobar", 1000) == (-790332482 & 0x7FFFFFFF) % 1000
