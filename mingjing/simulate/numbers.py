"""Document numbers 文号: each department's run on without a gap, in the order in which documents are issued."""

from collections.abc import Mapping

from mingjing.simulate.draft import Case, Note

DIGITS = 7


class Numbers:
    """Gives the numbers. `series` says which departments share another's; `skipped` how many are used up elsewhere."""

    def __init__(self, series: Mapping[str, str], skipped: dict[str, int]) -> None:
        self._series, self._skipped = series, skipped
        self._last: dict[str, int] = {}

    def issue(self, case: Case, note: Note) -> None:
        """A decision that bears a number bears the next one, from now on."""
        if note.type != "decided" or "document_no" not in note.data:
            return
        unit = case.item.department.code
        series = self._series.get(unit, unit)
        kind = str(note.data["document_no"])[len(unit) : -DIGITS]
        number = self._last.get(series + kind, 0) + 1
        if kind == "准":
            number += self._skipped.pop(series, 0)
        self._last[series + kind] = number
        note.data["document_no"] = f"{series}{kind}{number:0{DIGITS}d}"
