"""The simulated city's events into Kafka, each when its source system would report it."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush

from msgspec.structs import replace

from mingjing import codec
from mingjing.brokers.publisher import Publisher
from mingjing.instants import at, micros
from mingjing.types import CaseEvent, Moment

PAUSE_S = 0.2  # between two looks at the clock: what became due meanwhile goes out together
BREATH = 200  # events after which the other tasks get their turn


class Feeder:
    """Publishes events under a clock that is not the wall's; the past at once, the present as it comes."""

    def __init__(self, events: Iterable[CaseEvent], clock: Callable[[], int], publisher: Publisher) -> None:
        """`events` in order of occurrence; `clock` gives its instant in microseconds."""
        self.sent = 0
        self.reached = 0  # microseconds: everything reported up to this instant is out
        self.caught_up = asyncio.Event()
        self._events = events
        self._clock = clock
        self._publisher = publisher

    async def run(self) -> None:
        """Feed until the events end; ServiceError if the broker is gone."""
        for arrival, _, event in by_arrival(self._events):
            while arrival > self._clock():
                await self._publisher.flush()
                self.caught_up.set()
                await asyncio.sleep(PAUSE_S)
            received = replace(event, received_at=at(arrival))
            await self._publisher.send(event.case_id, codec.encode(received))
            self.reached = arrival
            self.sent += 1
            if self.sent % BREATH == 0:
                await asyncio.sleep(0)
        await self._publisher.flush()
        self.caught_up.set()


def by_arrival(events: Iterable[CaseEvent]) -> Iterator[Moment]:
    """Events in order of occurrence, put in the order in which their sources recorded them."""
    waiting: list[Moment] = []
    for event in events:
        now = micros(event.occurred_at)
        while waiting and waiting[0][0] <= now:
            yield heappop(waiting)
        heappush(waiting, (max(now, micros(event.recorded_at or event.occurred_at)), event.event_id, event))
    while waiting:
        yield heappop(waiting)
