"""Where a case lives: the partition that Kafka's own clients choose for its id."""

from functools import lru_cache

from aiokafka.partitioner import murmur2


@lru_cache(maxsize=65_536)
def partition_of(case_id: str, partitions: int) -> int:
    """The partition of a case: murmur2 of its id, as Kafka's default partitioner for Java and Python does."""
    return int((murmur2(case_id.encode()) & 0x7FFFFFFF) % partitions)
