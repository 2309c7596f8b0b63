"""The demo's events go out in the order, and at the time, in which their sources would report them."""

import asyncio
from datetime import date, timedelta
from itertools import islice, pairwise

import pytest

from mingjing.brokers import tansu, topics
from mingjing.brokers.publisher import Publisher
from mingjing.demo.feeder import Feeder, by_arrival
from mingjing.instants import micros
from mingjing.simulate import city, events
from mingjing.types import CaseEvent

START = date(2026, 3, 2)


def some(count: int) -> list[CaseEvent]:
    return list(islice(events(city(1), START), count))


def test_events_go_out_in_the_order_of_their_recording() -> None:
    """An entry made days later 补录 arrives days later, or the demo would never show a revision."""
    given = some(3_000)
    went = list(by_arrival(given))
    assert sorted(event.event_id for event in given) == sorted(event.event_id for _, _, event in went)
    assert all(before[0] <= after[0] for before, after in pairwise(went))
    assert all(arrival >= micros(event.recorded_at or event.occurred_at) for arrival, _, event in went)


@pytest.mark.kafka
async def test_the_future_is_not_told() -> None:
    """Only what the clock has reached is published; the rest waits for the clock."""
    given = some(2_000)
    order = list(by_arrival(given))
    shown = order[500][0]
    due = sum(arrival <= shown for arrival, _, _ in order)
    with tansu.serve() as broker:
        await topics.ensure(broker.address, {"events": 2, "dead": 1})
        async with Publisher(broker.address, "events", "dead", 2) as publisher:
            feeder = Feeder(given, lambda: shown, publisher)
            feeding = asyncio.create_task(feeder.run())
            await asyncio.wait_for(feeder.caught_up.wait(), 30)
            assert (feeder.sent, publisher.published) == (due, due)
            shown += micros(given[-1].occurred_at) - shown + round(timedelta(days=400).total_seconds() * 1e6)
            await asyncio.wait_for(feeding, 30)
            assert publisher.published == len(given)
