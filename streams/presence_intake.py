"""From messages of Kafka to presence samples, or to dead letters where a line is none. Pure."""

from collections.abc import Callable

from mingjing import codec
from mingjing.instants import DAY, SECOND, at, micros
from mingjing.types import DeadLetter, PresenceSample
from streams.intake import Message, letter

OLDEST = 30 * DAY
"""How long before its arrival a sample may have been taken; older ones come from a wrong clock."""


class SampleIntake:
    """Reads messages of the presence topic; refuses what is no sample, or of no window, or of a wrong clock.

    `ahead`: how far a sample may lie in the future, in microseconds. `known`: whether there is such a window on the
    local day of an instant.
    """

    def __init__(self, topic: str, ahead: int, known: Callable[[str, int], bool]) -> None:
        self._topic = topic
        self._ahead = ahead
        self._known = known

    def read(self, message: Message, samples: list[tuple[int, PresenceSample]], letters: list[DeadLetter]) -> None:
        """Append the message's samples, each with its partition, and its dead letters."""
        for line, raw in codec.unpack(message.value):
            try:
                sample = codec.decode_sample(raw)
                self._check(sample, message.arrived)
            except codec.Refused as why:
                letters.append(letter(self._topic, message, line, raw, str(why), at(message.arrived)))
            else:
                samples.append((message.partition, sample))

    def _check(self, sample: PresenceSample, arrived: int) -> None:
        instant = micros(sample.sampled_at)
        if not arrived - OLDEST <= instant <= arrived + self._ahead:
            apart = round((instant - arrived) / SECOND)
            when = f"{apart} s after" if apart > 0 else f"{-apart // 86_400} days before"
            raise codec.Refused(f"sampled_at: {when} it arrived; set the clock of the sampler's machine right")
        if not self._known(sample.window, instant):
            raise codec.Refused("window: not in the register of windows; correct the camera's file, or the register")
