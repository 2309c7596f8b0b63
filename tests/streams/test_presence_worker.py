"""When the clock of windows waits although nothing waits in the topic."""

from streams.presence_worker import Broker


def test_after_the_broker_was_away_the_samples_that_waited_for_it_come_first() -> None:
    broker = Broker()
    assert [broker.back_lately(second) for second in (1000, 1001, 1010)] == [False] * 3
    assert [broker.back_lately(second) for second in (4600, 4615, 4629, 4630, 4631)] == [True, True, True, False, False]


def test_a_worker_that_starts_waits_for_nobody_nor_does_one_that_has_nothing() -> None:
    broker = Broker()
    assert [broker.back_lately(second) for second in (0, 0, 5000, 0, 5001)] == [False] * 5
