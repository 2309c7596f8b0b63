"""A brief as PDF: charts by Vega-Lite, pages by typst. Nothing is fetched from anywhere."""

import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import msgspec
import typst
import vl_convert

from mingjing.charts.look import LOOK
from mingjing.reports.fonts import Fonts, known
from mingjing.reports.model import Brief, Picture, Section, Table

VEGA_LITE = "5.21"
"""The version that the charts are written for."""
LONG = re.compile(r"[!-~]{25,}")
WIDTH = 640
"""Pixels of a chart as wide as the page."""


def pdf(brief: Brief, fonts: Fonts, told: Callable[[], None] = lambda: None) -> bytes:
    """The brief's pages; `told` is called after each chart and after the pages."""
    data: dict[str, Any] = {
        "language": brief.language,
        "fonts": fonts.families,
        "title": brief.title,
        "subtitle": breakable(brief.subtitle),
        "about": brief.about,
        "points_title": brief.points_title,
        "points": [breakable(one) for one in brief.points],
        "sections": [_section(one, fonts, told) for one in brief.sections],
        "foot": brief.foot,
        "author": brief.author,
    }
    template = files(__package__).joinpath("brief.typ").read_bytes()
    compiler = typst.Compiler(
        template,
        font_paths=known(),
        sys_inputs={"brief": msgspec.json.encode(data).decode()},
        package_path="/nonexistent",
        package_cache_path="/nonexistent",
    )
    made = compiler.compile(format="pdf")
    assert isinstance(made, bytes)
    told()
    return made


def svg(picture: Picture, fonts: Fonts) -> str:
    """A chart as SVG in the page's fonts; data from elsewhere are refused."""
    spec = picture.spec if picture.spec.get("width") != "container" else {**picture.spec, "width": WIDTH}
    families = ", ".join(f"'{one}'" for one in fonts.families)
    text = msgspec.json.encode(spec).decode().replace(LOOK.fonts, families)
    return vl_convert.vegalite_to_svg(text, vl_version=VEGA_LITE, allowed_base_urls=[])


def breakable(text: str) -> str:
    """The text with places to break within letters and digits that would run over a column's edge."""
    return LONG.sub(lambda found: "\N{ZERO WIDTH SPACE}".join(re.findall(r".{1,12}", found[0])), text)


def _section(section: Section, fonts: Fonts, told: Callable[[], None]) -> dict[str, Any]:
    pictures = []
    for one in section.pictures:
        pictures.append({"title": one.title, "alt": one.alt, "svg": svg(one, fonts)})
        told()
    return {
        "title": section.title,
        "annex": section.annex,
        "paragraphs": [breakable(one) for one in section.paragraphs],
        "pictures": pictures,
        "tables": [_table(one) for one in section.tables],
        "closing": section.closing,
    }


def _table(table: Table) -> dict[str, Any]:
    bars = []
    if table.bar:
        bars = [[row[column].value for column in table.bar] for row in table.rows]
    return {
        "title": table.title,
        "heads": table.heads,
        "wide": table.wide,
        "note": table.note,
        "bars": bars,
        "bar_head": table.bar_head,
        "numeric": [
            any(row[column].kind != "text" for row in table.rows) for column in range(len(table.heads))
        ],
        "rows": [[{"text": breakable(cell.shown), "tone": cell.tone} for cell in row] for row in table.rows],
    }  # fmt: skip
