"""Irregularities that are put into a case when it is written: wrong order of time, and entry long after the fact."""

from mingjing.simulate.almanac import DAY
from mingjing.simulate.draft import Draft, Note
from mingjing.simulate.people import NOBODY

RECORDED_LATE = ("accepted", "decided")


def arrange(draft: Draft) -> None:
    """Disturbs the notes of a decided permit case, at the stated rates; the notes are sorted afterwards."""
    found = {note.type: note for note in draft.notes}
    if "decided" not in found or "delivered" not in found:
        return
    if draft.flaw("time_order", draft.rates.time_order):
        _disorder(draft, found)
    if draft.flaw("backfilled", draft.rates.backfilled):
        _backfill(draft)
    if draft.flaw("field_missing", draft.rates.field_missing):
        found["accepted"].officer = None
    if draft.flaw("code_dangling", draft.rates.code_dangling):
        _dangle(draft, found["accepted"])
    _correct(draft, found)


def _dangle(draft: Draft, note: Note) -> None:
    """K4-O, K4-U, K4-W: an officer, a department or a window that no register has."""
    name = draft.rng.choice(("officer", "department", "window"))
    setattr(note, name, f"{draft.item.department.code}{NOBODY}")


def _correct(draft: Draft, found: dict[str, Note]) -> None:
    """I3: the day of the decision is put earlier when all is over. A mere slip of the pen is put right at once."""
    decided = found["decided"]
    days = decided.second // DAY - found["accepted"].second // DAY
    if days > 0 and draft.flaw("changed_after", draft.rates.changed_after):
        second = decided.second - DAY
        written = draft.almanac.after_days(max(note.second for note in draft.notes), 1, draft.rng)
        lag = written - second
    elif draft.happens(draft.rates.corrected):
        second, lag = decided.second, draft.rng.randint(60, 900)
    else:
        return
    again = Note(second, decided.type, dict(decided.data), lag, decided.officer, decided.window, corrects=decided)
    draft.notes.append(again)


def _disorder(draft: Draft, found: dict[str, Note]) -> None:
    """P2: the end of a step before its start, delivery before the decision, or the acceptance after it.

    The last not in a case with an extension: whether one that was approved before its clock began counts for
    anything, no rule says.
    """
    rng = draft.rng
    which = rng.random()
    started = found.get("step_started")
    if which < 0.6 and started is not None and "returned" not in found:
        ended = next(n for n in draft.notes if n.type == "step_ended" and n.data["run"] == started.data["run"])
        ended.second = started.second - rng.randint(60, 1200)
    elif which < 0.8 or "extension_approved" in found:
        found["delivered"].second = found["decided"].second - rng.randint(60, 900)
    else:
        found["accepted"].second = found["decided"].second + rng.randint(60, 900)


def _backfill(draft: Draft) -> None:
    """I2: one event written down days later, or the whole case entered after everything was over."""
    rng, almanac = draft.rng, draft.almanac
    if rng.random() < 0.4:
        entered = almanac.after_days(draft.notes[-1].second, rng.randint(4, 9), rng)
        for note in draft.notes:
            note.lag = max(note.lag, entered + rng.randint(0, 600) - note.second)
        return
    note = rng.choice([note for note in draft.notes if note.type in RECORDED_LATE])
    note.lag = almanac.after_days(note.second, rng.randint(2, 9), rng) - note.second
