"""A rule on trial: which of its numbers can be turned, and the command that judges the last months with them.

The pages know no rules: `mingjing whatif` judges, in a process of its own that ends with the page's visit.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from mingjing.access import Scope
from mingjing.errors import UsageError
from mingjing.types import Finding

TURNED = ("limit", "limit_default", "limit_least", "severity", "most", "least", "within", "precision", "over")
"""Parameters at the top of a rule file that can be turned; those in tables are found by their place."""


class Knob(Struct, frozen=True):
    """One number or word of a rule that can be turned, `path` as `mingjing whatif --set` names it."""

    path: str
    value: str | int | float

    @property
    def written(self) -> str:
        """The value as TOML writes it."""
        return msgspec.json.encode(self.value).decode()


class Changed(Struct, frozen=True):
    """One finding that would come, go or read otherwise."""

    kind: str
    before: Finding | None = None
    after: Finding | None = None

    @property
    def about(self) -> Finding:
        """The finding as it would be, or as it was where it would go."""
        found = self.after or self.before
        assert found is not None
        return found


class Counted(Struct, frozen=True):
    """How many cases were judged, and their findings by severity, now and then."""

    cases: int
    before: dict[int, int]
    after: dict[int, int]
    changes: dict[str, int]
    departments: dict[str, dict[str, int]]
    not_judged: int = 0


class Outcome(Struct, frozen=True):
    """What a trial came to."""

    since: datetime
    until: datetime
    counted: Counted
    changes: list[Changed]
    contradicted: list[str]
    text: str


class _Line(Struct, frozen=True):
    done: int = 0
    total: int = 0
    result: Outcome | None = None


class Progress(Struct, frozen=True):
    """So many of so many cases are judged."""

    done: int
    total: int


def within(outcome: Outcome, scope: Scope, mask: Callable[[str], str]) -> Outcome:
    """What somebody may see of an outcome: changes within the scope, masked; the sums of all stay."""

    def masked(one: Finding | None) -> Finding | None:
        return one and msgspec.json.decode(mask(msgspec.json.encode(one).decode()), type=Finding)

    changes = [
        Changed(one.kind, masked(one.before), masked(one.after))
        for one in outcome.changes
        if scope.sees(
            region=one.about.region or "", department=one.about.department or "", window=one.about.window or "",
            officer=one.about.officer or "",
        )
    ]  # fmt: skip
    own = {
        code: told
        for code, told in outcome.counted.departments.items()
        if scope.counters is None or code in scope.counters
    }
    return replace(outcome, changes=changes, counted=replace(outcome.counted, departments=own))


def knobs(parameters: Mapping[str, Any]) -> list[Knob]:
    """What can be turned in a rule, in the order of its file."""
    found = []
    for name, value in parameters.items():
        if name in TURNED and _plain(value):
            found.append(Knob(name, value))
        elif name in ("ladder", "pause", "signal"):
            for place, step in enumerate(value):
                found += [
                    Knob(f"{name}.{place}.{key}", one)
                    for key, one in step.items()
                    if _plain(one) and (name == "ladder" or key not in ("from", "to", "find"))
                ]
        elif name in ("extend", "parameters"):
            found += [Knob(f"{name}.{key}", one) for key, one in value.items() if _plain(one) and key != "by"]
    return found


def _plain(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


class Trial(Struct):
    """One run of `mingjing whatif`; iterate over it, and it is stopped when left."""

    rule: str
    changes: Mapping[str, str]
    days: int
    environment: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Progress | Outcome]:
        """Progress, and last the outcome. Raises UsageError with what the command says is wrong."""
        command = [sys.executable, "-m", "mingjing", "whatif", self.rule, "--days", str(self.days), "--json"]
        for path, written in self.changes.items():
            command += ["--set", f"{path}={written}"]
        with tempfile.TemporaryFile() as complaints:
            with subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=complaints, env={**os.environ, **self.environment}
            ) as process:
                try:
                    yield from self._read(process)
                finally:
                    process.kill()  # a reader who left waits for nothing
            complaints.seek(0)
            told = complaints.read().decode(errors="replace")
        if process.returncode not in (0, 1, -9):
            raise UsageError(" ".join(told.replace("mingjing: ", "").split()) or f"exit status {process.returncode}")

    @staticmethod
    def _read(process: "subprocess.Popen[bytes]") -> Iterator[Progress | Outcome]:
        assert process.stdout is not None
        for line in process.stdout:
            said = msgspec.json.decode(line, type=_Line)
            yield said.result if said.result is not None else Progress(said.done, said.total)
        process.wait()
