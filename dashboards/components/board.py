"""The live list of findings on the board: a Streamlit component that keeps rows, focus and place between updates."""

from collections.abc import Collection, Sequence
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from dashboards.data import BoardRow
from dashboards.lexicon import Lexicon
from dashboards.words import Words, severity_name
from mingjing.settings import Severities

_FOLDER = Path(__file__).parent
_list = st.components.v2.component(
    "mingjing_board", js=(_FOLDER / "board.js").read_text(encoding="utf-8"), isolate_styles=False
)


def board(
    rows: Sequence[BoardRow],
    lexicon: Lexicon,
    severities: Severities,
    *,
    view: str,
    title: str,
    wall: bool,
    late: Collection[str] = (),
) -> str | None:
    """Draws the list; the id of the finding that the reader has just opened, or None.

    `view` names what is shown (filter, page): rows that join within one view are marked as fresh. `late`: sources
    whose data are late; what their open cases say may be out of date.
    """
    words = lexicon.words
    heads = {name: words(f"board.{name}") for name in ("level", "what", "who", "case", "when", "state")}
    lines = [_line(row, lexicon, severities, wall=wall, late=row.source in late) for row in rows]
    data = {"heads": heads, "rows": lines, "view": view, "title": title, "wall": wall}
    return _list(key="board", data=data, on_open_change=lambda: None).open  # type: ignore[no-any-return]


def address(row: BoardRow, words: Words) -> tuple[str, dict[str, str]]:
    """The page that explains a finding, and its query parameters: its case's, or its own where it spans cases."""
    if row.case_id:
        return "case", case_query(row.case_id, row.finding_id, words)
    return "finding", {"id": row.finding_id, "lang": words.language}


def _lead(row: BoardRow, words: Words) -> str:
    """Says that a finding is a lead, with its rank where it has one."""
    if not row.lead:
        return ""
    return words("board.lead", score=f"{row.score:.2f}") if row.score else words("finding.lead")


def case_query(case_id: str, finding_id: str, words: Words) -> dict[str, str]:
    """The query parameters of a case's page."""
    return {"case": case_id, "finding": finding_id, "lang": words.language}


def _line(row: BoardRow, lexicon: Lexicon, severities: Severities, *, wall: bool, late: bool) -> dict[str, str | int]:
    words = lexicon.words
    page, query = address(row, words)
    revised = f" · {words('board.revised', n=row.revision)}" if row.revision > 1 else ""
    return {
        "id": row.finding_id,
        "href": f"{page}?{urlencode(query)}",
        "severity": row.severity,
        "badge": severity_name(row.severity, words, severities),
        "message": words.pick(row.message) or row.rule,
        "rule": row.rule + revised,
        "lead": _lead(row, words),
        "who": lexicon.name("department", row.department) or lexicon.subject(row.subject),
        "post": " · ".join(filter(None, (lexicon.name("window", row.window), lexicon.name("officer", row.officer)))),
        "case": row.case_id or lexicon.subject(row.subject),
        "item": lexicon.name("item", row.item),
        "when": words.minute(row.occurred_at)[5 if wall else 0 :],
        "found": words("board.found_at", moment=words.minute(row.detected_at)),
        "status": row.status,
        "state": words(f"status.{row.status}"),
        "late": words("health.late") if late and row.status == "open" and row.case_id else "",
    }
