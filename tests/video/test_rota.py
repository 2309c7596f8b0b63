"""Whose turn it is: fair to all cameras, whatever the machine can do."""

import time
from itertools import pairwise
from threading import Event, Thread

from video.rota import Rota


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_whoever_waits_longest_is_looked_at_first_and_nobody_twice_at_once() -> None:
    clock = Clock()
    rota = Rota(clock)
    for code in ("a", "b", "c"):
        rota.add(code)
        clock.now += 1
    order = [rota.take() for _ in range(3)]
    assert [(turn.camera, turn.late) for turn in order if turn] == [("a", 3), ("b", 2), ("c", 1)]
    assert rota.worst == 3


def test_a_machine_that_is_too_slow_looks_at_all_cameras_equally_rarely() -> None:
    """Ten cameras a second each, and only one look a second: every camera has its turn every ten seconds, no queue."""
    clock = Clock()
    rota = Rota(clock)
    turns: dict[str, list[float]] = {str(n): [] for n in range(10)}
    for code in turns:
        rota.add(code)
    for _ in range(200):
        turn = rota.take()
        assert turn is not None
        turns[turn.camera].append(clock.now)
        clock.now += 1
        rota.done(turn.camera, 1)
    for looked in turns.values():
        assert len(looked) == 20
        assert {later - earlier for earlier, later in pairwise(looked)} == {10}
    assert len(rota._heap) == 10


def test_a_camera_that_leaves_has_no_more_turns_once_its_last_has_ended() -> None:
    rota = Rota()
    rota.add("a")
    turn = rota.take()
    assert turn is not None
    gone = Event()

    def leave() -> None:
        rota.drop("a")
        gone.set()

    leaving = Thread(target=leave)
    leaving.start()
    assert not gone.wait(0.1)
    rota.done("a", 0)
    assert gone.wait(2)
    leaving.join()
    taker = Thread(target=lambda: taken.append(rota.take()))
    taken: list[object] = []
    taker.start()
    time.sleep(0.05)
    rota.close()
    taker.join(2)
    assert taken == [None]
