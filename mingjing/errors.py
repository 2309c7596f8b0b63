"""The mistakes that Mingjing reports to people.

MingjingError            shown as one line, never as a traceback
├── UsageError           unusable arguments or settings (exit status 2)
├── BookError            mistakes in a rule book, a catalogue or a calendar, all at once
├── StoreUnavailable     ClickHouse cannot be reached now; waiting and trying again is right
└── ServiceError         an embedded or outside service cannot be started or has died
"""

from msgspec import Struct


class MingjingError(Exception):
    """Base of all errors with a message meant for a user."""


class UsageError(MingjingError):
    """Arguments or settings that cannot be used; the message says what would be right."""


class Mistake(Struct, frozen=True, order=True):
    """One mistake in a file: what is wrong, where (line 0: in no line of it), and what would be right."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


class BookError(MingjingError):
    """All mistakes of a rule book, catalogue or calendar directory, in order of file and line."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = sorted(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))


class StoreUnavailable(MingjingError):
    """The store did not answer; the same call may be made again."""


class ServiceError(MingjingError):
    """A service that Mingjing starts or needs is missing, taken or dead."""
