"""Who reads which rows: the row policies of the user that pages and the API read with.

One table says it for every table of the store; `mingjing.store.local` writes it out for its own server, and
`python -m mingjing.store.policies > deploy/clickhouse/users.d/reader.xml` for a real one (a test compares them).
A query carries its scope as `log_comment` (mingjing.access.Scope.text). Without one no row passes, so what forgets to
say for whom it reads, reads nothing. A table that is missing here cannot be read at all.

This holds back mistakes in pages, not somebody who has the reader's password: that user may set its own `log_comment`.
"""

import sys
from typing import Literal
from xml.sax.saxutils import escape

from mingjing.access.scope import MARK

Reach = Literal["placed", "owned", "window", "code", "open", "inner", "closed"]
"""Who reads a table's rows.

placed: rows have region, department, window and officer, each of which must be within. owned: rows have a department,
which must be among the scope's `counters`, or only a region, which must; those without either are everybody's.
window: rows have a window only; code: the code of a region, department, window or officer: it must be among them.
open: everybody who signed in. inner: only who may see everything (single answers: mingjing.store.guards).
closed: not the pages' user at all.
"""

TABLES: dict[str, Reach] = {
    "events": "placed",
    "findings": "placed",
    "finding_revisions": "placed",
    "score_lines": "placed",
    "score_sums": "placed",
    "handling": "placed",
    "exposures": "placed",
    "record": "placed",
    "presence": "window",
    "presence_latest": "window",
    "presence_hours": "window",
    "names": "code",
    "org": "code",
    "registers": "owned",
    "register_versions": "open",  # digests and numbers of rows
    "items": "open",  # the catalogue is published
    "rules": "open",  # so is the rule book
    "progress": "open",  # how late a source's data are
    "score_progress": "open",
    "judged_periods": "inner",
    "score_snapshots": "inner",  # a sheet holds everybody's scores
    "rulings": "inner",
    "not_judged": "inner",
    "conflicts": "inner",
    "dead_letters": "inner",  # what cannot be read cannot be placed
    "case_state": "inner",
    "touched": "inner",
    "presence_state": "inner",
    "record_heads": "inner",
    "record_reached": "inner",
    "accounts": "closed",
    "sessions": "closed",
    "migrations": "open",
}
PLACES = ("region", "department", "window", "officer")
COUNTERS = 5

_PARTS = "splitByChar('\\n', getSetting('log_comment'))"
_SCOPED = f"startsWith(getSetting('log_comment'), '{MARK}\\n')"


def _within(column: str, part: int) -> str:
    """Whether a code is in a part (1: regions …) of the query's scope: a hash table made once a query, not a search."""
    codes = f"{_PARTS}[{part + 1}]"
    listed = f"splitByChar('\\t', {codes})"
    found = f"transform(toString(`{column}`), {listed}, arrayResize([true], length({listed}), true), false)"
    return f"({codes} = '*' OR (`{column}` != '' AND {found}))"


def condition(table: str) -> str:
    """The rows that the query's scope lets through, as SQL; "" where all rows may be read by everybody."""
    within = _WITHIN.get(TABLES[table])
    if within is None:
        return ""
    tests = [f"(field = 'item' OR {within[0]})"] if table == "names" else within
    return " AND ".join([_SCOPED, *tests])


_WITHIN: dict[Reach, list[str]] = {
    "placed": [_within(name, at) for at, name in enumerate(PLACES, 1)],
    "owned": [
        f"if(`department` != '', {_within('department', COUNTERS)}, `region` = '' OR {_within('region', COUNTERS)})"
    ],
    "window": [_within("window", COUNTERS)],
    "code": [_within("code", COUNTERS)],
    "inner": [f"arrayAll(one -> one = '*', arraySlice({_PARTS}, 2))"],
}


def render(user: str, database: str, also: str = "") -> str:
    """The rights of the pages' user as ClickHouse's users.xml has them; on a cluster the `_local` tables have the same.

    `also`: what else it may read, whole, like `other.*`.
    """
    tables = [(name + end, condition(name)) for name in TABLES if TABLES[name] != "closed" for end in ("", "_local")]
    read = [*(f"{database}.{name}" for name, _ in tables), *([also] if also else [])]
    grants = "\n".join(f"        <query>GRANT SELECT ON {one}</query>" for one in read)
    filters = "\n".join(f"        <{name}><filter>{escape(sql)}</filter></{name}>" for name, sql in tables if sql)
    return f"""<!-- Made by `python -m mingjing.store.policies` from mingjing/store/policies.py: change it there. -->
<clickhouse>
  <users>
    <{user}>
      <grants>
{grants}
      </grants>
      <databases><{database}>
{filters}
      </{database}></databases>
    </{user}>
  </users>
</clickhouse>
"""


if __name__ == "__main__":
    sys.stdout.write(render("mingjing_reader", "mingjing"))
