"""Coverage: what lies below a unit counts in it, what is missing is named, and rates leave exceptions out."""

from datetime import UTC, datetime

from mingjing.insight.coverage import Designated, Heard, Listed, Share, Unit, gaps, rates, tree

UNITS = [
    Unit(code="C", name="city", level="city"),
    Unit(code="D", name="bureau", level="city", parent="C"),
    Unit(code="T", name="township", level="township", parent="C"),
    Unit(code="V1", name="village", level="village", parent="T"),
    Unit(code="V2", name="village", level="village", parent="T"),
    Unit(code="X", name="lost", level="county", parent="nowhere"),
]
ITEMS = [
    Listed(item="A", name="a", department="D", steps=("one", "two"), windows=("W1", "W2")),
    Listed(item="B", name="b", department="D", steps=("one",), windows=("W2",)),
    Listed(item="Q", name="q", department="D", quiet="nobody asks"),
    Listed(item="S", name="s", department="T", quiet="nobody asks", windows=("W1", "W2")),  # at the bureau's windows
]
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
HEARD = Heard(
    units={"D": 7}, points={"V1": 2}, latest={"D": AT, "V1": AT.replace(day=9)}, items=frozenset({"A"}),
    steps={"A": frozenset({"one"})}, windows=frozenset({"W1"}),
)  # fmt: skip


def test_a_unit_holds_what_lies_below_it() -> None:
    nodes = {node.unit.code: node for node in tree(UNITS, ITEMS, HEARD)}
    city = nodes["C"]
    assert (city.cases, city.handed, city.latest) == (7, 2, AT.replace(day=9))
    assert city.leaves == Share(2, 3)  # the bureau and one village of two; the one without its parent stands alone
    assert (city.items, city.steps, city.windows) == (Share(3, 4), Share(1, 2), Share(1, 2))
    assert [nodes[code].depth for code in ("C", "D", "T", "V2", "X")] == [0, 1, 1, 2, 0]
    assert nodes["T"].leaves == Share(1, 2)
    assert [code for code, node in nodes.items() if node.silent] == ["V2", "X"]


def test_parents_stand_before_their_children() -> None:
    order = [node.unit.code for node in tree(UNITS, ITEMS, HEARD)]
    assert order == ["C", "D", "T", "V1", "V2", "X"]


def test_what_is_missing_is_named_once_with_its_rule() -> None:
    """An item with a word why is not missed, nor are the steps of an item without cases."""
    missing = [(gap.rule, gap.code, gap.step) for gap in gaps(UNITS, ITEMS, HEARD)]
    assert missing == [("N11-U", "V2", ""), ("N11-U", "X", ""), ("N11-I", "B", ""), ("N11-S", "A", "two"),
                       ("N11-W", "W2", "")]  # fmt: skip


def test_rates_leave_exceptions_out_and_tell_who_is_silent() -> None:
    rows = [
        Designated(item="A", department="D", resident=True, authorised=True, connected=True, excepted=False),
        Designated(item="B", department="D", resident=True, authorised=False, connected=True, excepted=False),
        Designated(item="E", department="D", resident=False, authorised=False, connected=False, excepted=True),
        Designated(item="Q", department="D", resident=True, authorised=True, connected=True, excepted=False, quiet="?"),
    ]
    (one,) = rates(rows, HEARD)
    assert (one.resident, one.authorised, one.connected) == (Share(3, 3), Share(2, 3), Share(3, 4))
    assert (one.excepted, one.unheard) == (1, 1)
    assert Share().rate is None
