"""Typical cases that the public is told of 典型案件曝光: what a second person approved, while it stands."""

import csv
import io
from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from mingjing.formulas import led
from mingjing.store import Store
from mingjing.texts import Language, text
from mingjing.types import Text
from mingjing.zones import Zone

LIMIT = 500
HEADS = ("day", "rule_zh", "rule_en", "text_zh", "text_en")
"""The stable names of the file's columns."""


class Exposed(Struct, frozen=True, kw_only=True):
    """One of them: the local day on which it was published, its rule's name, and what is told."""

    day: date
    rule: Text
    text: Text


class Exposures(Struct, frozen=True, kw_only=True):
    """典型案件 All typical cases that the public is told of now, the latest first."""

    licence: str
    exposed: tuple[Exposed, ...]


def exposed(store: Store, timezone: str) -> list[Exposed]:
    """What the public is told now, the latest first. May raise StoreUnavailable."""
    local = Zone(timezone).info
    return [
        Exposed(
            day=row["at"].astimezone(local).date(),
            rule=Text(zh=row["rule_zh"], en=row["rule_en"]),
            text=Text(zh=row["zh"], en=row["en"]),
        )
        for row in store.query("open_exposures", limit=LIMIT)
    ]


def cases_csv(found: Iterable[Exposed], titles: Language | None = None) -> bytes:
    """CSV as that of the figures (mingjing.opendata.files): with `titles`, heads and texts in one language."""
    out = io.StringIO()
    writer = csv.writer(out)
    if titles is None:
        writer.writerow(HEADS)
        writer.writerows([one.day, *map(led, (one.rule.zh, one.rule.en, one.text.zh, one.text.en))] for one in found)
    else:
        writer.writerow([text(f"exposure.column.{name}", titles) for name in ("day", "rule", "text")])
        writer.writerows([one.day, led(getattr(one.rule, titles)), led(getattr(one.text, titles))] for one in found)
    return b"\xef\xbb\xbf" + out.getvalue().encode()
