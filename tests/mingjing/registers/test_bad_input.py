"""Every register and log with every mistake: each is named with its row at once, and nothing is half imported."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook, load_workbook

from mingjing.errors import BookError
from mingjing.registers import Form, forms, load_registers
from mingjing.registers.importing import Arrival, arrivals, keep, past, place, read_logs, told_by
from mingjing.types import CaseEvent
from rules.engine import in_order
from tests.mingjing.registers.rows import ALL, REGION, row, write

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture(params=ALL)
def form(request: pytest.FixtureRequest) -> Form:
    return forms()[request.param]


def taken(file: Path, folder: Path) -> list[Arrival]:
    return arrivals(file, folder, ZONE)


def mistakes(file: Path, folder: Path) -> list[tuple[int, str]]:
    """What is wrong, by line; and that the directory is as it was."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(BookError) as told:
        taken(file, folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    return [(one.line, one.message) for one in told.value.mistakes]


def test_a_right_file_is_taken_in_and_reads_the_same_again(form: Form, tmp_path: Path) -> None:
    """Twice the same changes nothing; another version keeps the earlier one."""
    folder = tmp_path / "registers"
    (first,) = taken(write(tmp_path, form, [row(form, 1), row(form, 2)]), folder)
    assert keep([first], folder, NOW) == [place(folder, form)]
    (again,) = taken(place(folder, form), folder)
    assert (again.version, again.before, again.difference, list(again.news)) == (
        first.version,
        first.version,
        (0, 0, 0),
        [],
    )
    assert keep([again], folder, NOW) == []
    (more,) = arrivals(write(tmp_path, form, [row(form, 3)]), folder, ZONE, add=True)
    assert more.difference == (1, 0, 0)
    assert keep([more], folder, NOW) == [place(folder, form)]
    (kept,) = past(folder, form.register)
    assert (kept.version, kept.until) == (first.version, NOW)
    assert bool(first.news) is form.log
    if not form.log:
        read = {form.key_of(entry.fields) for entry in load_registers(folder).entries(form.register)}
        assert read == {form.key_of(row(form, n)) for n in (1, 2, 3)}


def test_a_missing_column_and_an_unknown_one(form: Form, tmp_path: Path) -> None:
    lacking = form.required[-1]
    columns = [*(name for name in form.titles if name != lacking), "shoe_size"]
    found = mistakes(write(tmp_path, form, [row(form)], columns), tmp_path / "registers")
    assert [line for line, _ in found] == [1, 1]
    assert any(f"column {lacking} is missing" in message for _, message in found)
    assert any("unknown column 'shoe_size'" in message for _, message in found)


def test_every_mistake_of_every_row_at_once(form: Form, tmp_path: Path) -> None:
    """An empty cell that is needed, and each typed cell with what it cannot hold, in rows of their own."""
    wrong: list[dict[str, str]] = [row(form, 1) | {form.required[-1]: ""}]
    named = [form.required[-1]]
    for name, column in form.columns.items():
        if (column.type not in ("text", "list") or column.values) and name != "level":
            wrong.append(row(form, len(wrong) + 1) | {name: "?"})
            named.append(name)
    found = mistakes(write(tmp_path, form, wrong), tmp_path / "registers")
    for line, name in enumerate(named, 2):
        assert any(at == line and message.startswith(name) for at, message in found), (line, name, found)


def test_a_duplicate_key_or_overlapping_validity(form: Form, tmp_path: Path) -> None:
    """Rows of a log: the key twice. Dated rows: two on one day; one after the other is right."""
    earlier, later = row(form), row(form)
    if not form.log:
        later |= {"valid_from": "2026-12-31", "valid_to": "2027-12-31"}
    found = mistakes(write(tmp_path, form, [earlier, later]), tmp_path / "registers")
    assert any(line == 3 and "line 2" in message for line, message in found), found
    if not form.log:
        after = later | {"valid_from": "2027-01-01"}
        (right,) = taken(write(tmp_path, form, [earlier, after]), tmp_path / "registers")
        assert len(right.entries) == 2
        backwards = mistakes(write(tmp_path, form, [earlier | {"valid_to": "2025-12-31"}]), tmp_path / "registers")
        assert any(line == 2 and "lies before valid_from" in message for line, message in backwards)


def test_a_code_that_another_register_lacks(form: Form, tmp_path: Path) -> None:
    """Or has on other days only."""
    folder = tmp_path / "registers"
    for name, column in form.columns.items():
        if not column.refers or name == "parent":
            continue
        other = forms()[column.refers]
        there = row(other, 7) | {"code": REGION.format(7) if other.register == "regions" else "there"}
        write(folder, other, [there])
        others = {
            one: there["code"] for one, of in form.columns.items() if of.refers == column.refers and one != "parent"
        }
        bad = row(form, 1) | {name: "nowhere"}
        found = mistakes(write(tmp_path, form, [row(form, 2) | others, bad]), folder)
        assert any(line == 3 and f"{name}: there is no 'nowhere'" in message for line, message in found), found
        assert not any(line == 2 and message.startswith(f"{name}:") for line, message in found), found
        (folder / f"{other.register}.csv").unlink()


@pytest.mark.parametrize("register", ["regions", "units"])
def test_a_cycle_in_the_tree(register: str, tmp_path: Path) -> None:
    form = forms()[register]
    ring = [row(form, n) | {"parent": row(form, n % 3 + 1)["code"]} for n in (1, 2, 3)]
    found = mistakes(write(tmp_path, form, ring), tmp_path / "registers")
    assert sum("goes round in a circle" in message for _, message in found) == 1


def test_a_long_way_into_a_cycle_is_followed_once(tmp_path: Path) -> None:
    """Each row is followed as far as no other was: else a chain of some thousands would take minutes."""
    rows = [{"code": f"u{n}", "name": "n", "level": "city", "parent": f"u{n + 1}"} for n in range(5_000)]
    rows[-1] |= {"parent": "u4990"}
    ((line, message),) = mistakes(write(tmp_path, forms()["units"], rows, tuple(rows[0])), tmp_path / "registers")
    assert (line, message.count(" u")) == (4992, 11)


def test_a_column_without_a_name_is_blank(tmp_path: Path) -> None:
    """Spreadsheets leave such columns behind; what stands in one is not passed over in silence."""
    form, folder = forms()["integrity"], tmp_path / "registers"
    path = write(tmp_path, form, [row(form)])
    blank = path.read_text(encoding="utf-8").replace("\n", ",\n")
    path.write_text(blank, encoding="utf-8")
    assert len(taken(path, folder)) == 1
    path.write_text(blank.rstrip() + "x\n", encoding="utf-8")
    assert mistakes(path, folder) == [(2, "a cell stands in a column without a name")]


def test_a_wrong_checksum_names_the_right_one(tmp_path: Path) -> None:
    form = forms()["units"]
    (found,) = mistakes(
        write(tmp_path, form, [row(form) | {"credit_code": "91350100M000100Y44"}]), tmp_path / "registers"
    )
    assert found[0] == 2
    assert "would end in 3" in found[1]


def workbook(*several: tuple[str, Form]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, form in several:
        sheet = book.create_sheet(title)
        sheet.append(list(form.titles))
        sheet.append([row(form)[name] for name in form.titles])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_has_a_sheet_for_each(tmp_path: Path) -> None:
    """Called by name in either language; the version is that of the CSV file. An unknown sheet is a mistake."""
    file, folder = tmp_path / "all.xlsx", tmp_path / "registers"
    several = [forms()["integrity"], forms()["delegations"]]
    file.write_bytes(workbook(*((form.name.zh, form) for form in several)))
    found = taken(file, folder)
    assert [one.form for one in found] == several
    assert [one.version for one in found] == [
        taken(write(tmp_path, form, [row(form)]), folder)[0].version for form in several
    ]
    file.write_bytes(workbook(("鞋码", several[0]), ("integrity", several[0])))
    assert any("'鞋码' is no register" in message for _, message in mistakes(file, folder))


def test_a_half_written_workbook(form: Form, tmp_path: Path) -> None:
    """Cut off anywhere it is one mistake, and never a traceback."""
    whole, file = workbook((form.register, form)), tmp_path / f"{form.register}.xlsx"
    for length in (0, 3, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        (found,) = mistakes(file, tmp_path / "registers")
        assert "is no Excel workbook" in found[1]


def test_a_hundred_thousand_rows_with_a_mistake_in_the_last(tmp_path: Path) -> None:
    """benchmarks/registers.py does the same with every form."""
    form = forms()["officers"]
    rows = [{"code": f"o{n}", "roles": "front"} for n in range(100_000)]
    rows[-1] |= {"roles": "?"}
    (found,) = mistakes(write(tmp_path, form, rows, ("code", "roles")), tmp_path / "registers")
    assert found[0] == 100_001


def test_a_file_in_another_encoding_or_of_nothing(tmp_path: Path) -> None:
    form, folder = forms()["integrity"], tmp_path / "registers"
    path = write(tmp_path, form, [row(form) | {"ground": "串通投标"}])
    path.write_bytes(path.read_text(encoding="utf-8").encode("gbk"))
    assert "cannot be read as UTF-8 CSV" in mistakes(path, folder)[0][1]
    path.write_bytes(b"")
    assert any("column code is missing" in message for _, message in mistakes(path, folder))


def test_a_log_keeps_its_rows_and_corrects_what_it_said(tmp_path: Path) -> None:
    form = next(one for one in forms().values() if one.log)
    folder, at = tmp_path / "registers", form.event[0].at
    keep(taken(write(tmp_path, form, [row(form, 1), row(form, 2)]), folder), folder, NOW)
    lost = mistakes(write(tmp_path, form, [row(form, 1)]), folder)
    assert any("a log keeps all its rows" in message for _, message in lost)
    emptied = [row(form, 1) | {at: ""}, row(form, 2)]
    assert any(line == 2 for line, _ in mistakes(write(tmp_path, form, emptied), folder))
    (put_right,) = taken(write(tmp_path, form, [row(form, 1) | {at: "2026-03-02 08:00"}, row(form, 2)]), folder)
    assert [event.corrects is not None for event in put_right.news if event.type == form.event[0].type] == [True]


def test_a_row_put_right_again_and_moved_to_another_case_leaves_one_event(tmp_path: Path) -> None:
    """Back to what it said first, too: under an id that was told already it would say nothing new."""
    form, folder, heard = forms()["doors"], tmp_path / "registers", list[CaseEvent]()
    base = row(form) | {"left_at": ""}
    for n, cells in enumerate([{}, {"person": "x"}, {}, {"tender": "other"}, {"person": "x"}, {}]):
        (one,) = taken(write(tmp_path, form, [base | cells]), folder)
        keep([one], folder, NOW + timedelta(minutes=n))
        heard += one.news
    assert len({event.event_id for event in heard}) == len(heard) == 8
    first, other = ([e for e in heard if e.case_id == case] for case in (base["tender"], "other"))
    assert [[(e.type, e.data["person"]) for _, _, e in in_order(events) if e.type != "row_moved"]
            for events in (first, other)] == [[("room_entered", base["person"])], []]  # fmt: skip
    (standing,) = told_by(folder, form, read_logs(folder)["doors"], ZONE).values()
    assert standing.event_id in {event.event_id for event in first}


def test_an_empty_cell_is_no_field(form: Form, tmp_path: Path) -> None:
    """Nor an empty list: rules ask whether a register says anything of somebody's roles at all (I5-D)."""
    cells = {name: text for name, text in row(form).items() if name in form.required or name == "hall"}
    if form.register == "designations":
        cells |= {"hall": "H"}
    (one,) = taken(write(tmp_path, form, [cells]), tmp_path / "registers")
    assert {*one.entries[0].fields} == {name for name, text in cells.items() if text}


def test_sheets_that_explain_are_passed_over_and_formulas_without_values_told(tmp_path: Path) -> None:
    """Templates have a merged title over their notes. A formula that nobody worked out is no empty cell."""
    file, form = tmp_path / "all.xlsx", forms()["integrity"]
    book = load_workbook(io.BytesIO(workbook((form.name.zh, form))))
    notes = book.create_sheet("说明")
    notes.append([None, "填表说明", "填表说明"])
    notes.merge_cells("B1:C1")
    book.save(file)
    assert len(taken(file, tmp_path / "registers")) == 1
    book[form.name.zh].cell(2, 1 + form.titles.index("valid_to"), "=TODAY()")
    book.save(file)
    ((line, message),) = mistakes(file, tmp_path / "registers")
    assert line == 2
    assert "holds a formula without its value" in message
