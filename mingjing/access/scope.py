"""What a person may see: codes of regions, departments, windows and officers. Enforced by the store, row by row."""

from msgspec import Struct

Codes = frozenset[str] | None
"""Codes that may be seen; None: all of them, rows without a code too."""

MARK = "scope"


class Scope(Struct, frozen=True, kw_only=True):
    """A row may be seen if each of its four codes is within.

    `counters`: the codes of all regions, departments, windows and officers within, for rows that bear one code only:
    what cameras saw of a window, names, who belongs to whom.
    `regions` holds a region and everything below it: whoever makes a Scope has followed the organisation tree.
    A row that lacks a code (an event without a region) is within only where all codes are.
    """

    regions: Codes = None
    departments: Codes = None
    windows: Codes = None
    officers: Codes = None
    counters: Codes = None

    @property
    def whole(self) -> bool:
        """Whether everything may be seen."""
        return self.parts == (None,) * 5

    @property
    def parts(self) -> tuple[Codes, ...]:
        """Regions, departments, windows, officers, counters: the order of `text`."""
        return (self.regions, self.departments, self.windows, self.officers, self.counters)

    def sees(self, *, region: str = "", department: str = "", window: str = "", officer: str = "") -> bool:
        """Whether a row with these codes ("": none) may be seen; the store's row policies say the same in SQL."""
        given = (region, department, window, officer)
        return all(codes is None or code in codes for codes, code in zip(self.parts, given, strict=False))

    def text(self) -> str:
        """How a query carries its scope to the store's row policies: six lines, codes between tabs, * for all.

        It travels as the query's `log_comment`, so the server's query log also says for which scope a query ran.
        ClickHouse's own custom settings would be the other way; an embedded server knows none.
        """
        lines = ["*" if codes is None else "\t".join(sorted(filter(_plain, codes))) for codes in self.parts]
        return "\n".join([MARK, *lines])


def _plain(code: str) -> bool:
    """Whether a code says nothing else in a scope's text: one that does is left out, and so shows nothing."""
    return code != "*" and "\t" not in code and "\n" not in code


WHOLE = Scope()
NOTHING = Scope(
    regions=frozenset(), departments=frozenset(), windows=frozenset(), officers=frozenset(), counters=frozenset()
)
