"""What a brief says, from facts made up by hand."""

import ast
from pathlib import Path

import pytest
from msgspec.structs import replace

from mingjing import reports
from mingjing.reports.content import compose
from mingjing.reports.facts import Facts, Totals
from mingjing.reports.headline import headline, per_1000, share
from mingjing.reports.model import Brief
from mingjing.reports.voice import Voice
from mingjing.scoring.details import Delta
from mingjing.scoring.periods import Period
from mingjing.texts import LANGUAGES, Language, catalogue, places
from mingjing.types import Text
from tests.mingjing.reports import made_up
from tests.mingjing.reports.made_up import facts, score, totals, windows


def brief(of: Facts, language: Language = "zh", *, chinese: bool = True) -> Brief:
    return compose(of, voice(of, language, chinese=chinese))


def voice(of: Facts, language: Language = "zh", *, chinese: bool = True) -> Voice:
    return Voice(language=language, names=of.names, rules=of.rules, timezone=of.timezone, chinese=chinese)


def said(of: Brief) -> str:
    return "\n".join([*of.points, *(line for one in of.sections for line in (*one.paragraphs, *one.closing))])


def row(of: Brief, table: str, name: str) -> list[str]:
    rows = next(one.rows for one in of.tables() if one.id == table)
    return next([cell.shown for cell in one] for one in rows if one[0].shown.startswith(name))


def test_a_headline_carries_its_interval_and_its_n() -> None:
    """990 of 1,000 is 98.17 % to 99.46 % by Wilson, as domain knowledge has it; a bare 99 % says too much."""
    one = brief(facts(past=(totals(), totals(), totals(committed_good=990))))
    assert row(one, "headline", "按时办结率") == [
        "按时办结率",
        "99.00%",
        "98.17%",
        "99.46%",
        "1,000",
        "97.00%",
        "+2.00",
        "变好",
    ]


@pytest.mark.parametrize(
    ("now", "before", "verdict"),
    [((97, 100), (96, 100), "same"), ((970, 1000), (900, 1000), "better"), ((900, 1000), (970, 1000), "worse")],
)
def test_a_rate_is_better_only_beyond_chance(now: tuple[int, int], before: tuple[int, int], verdict: str) -> None:
    """One case more in a hundred is no success of anybody."""
    assert share("on_time", *now, *before).verdict == verdict


def test_more_of_the_same_grows_no_rate() -> None:
    """Two equal months side by side have the same rates as one, and nothing has changed between them."""
    assert all(one.verdict in {"same", "none"} for one in headline(totals(), totals()))
    doubled: dict[str, float] = {name: 2 * n for name, n in totals().counts.items()}
    twice = totals(made_up.MARCH, **doubled)
    alone = {one.id: one.value for one in headline(totals(), totals()) if one.kind == "share"}
    assert {one.id: one.value for one in headline(twice, totals()) if one.kind == "share"} == alone


def test_nobody_is_blamed_without_cases() -> None:
    """0 of 0 is not 0 %."""
    assert share("on_time", 0, 0, 9, 10).value is None
    assert per_1000("cards", 0, 0, 1, 10).value is None
    assert share("on_time", 9, 10, 0, 0).verdict == per_1000("cards", 1, 10, 0, 0).verdict == "none"


def test_where_nothing_differs_the_brief_says_so_and_draws_no_line() -> None:
    """A leader must not read places out of noise."""
    assert "部门：参评 3 个，区间都与领先者重叠，数据不足以与其分出高下" in said(brief(facts()))
    assert "Departments: 3 are ranked, and nobody can be told from the leader" in said(brief(facts(), "en"))


def test_tiers_are_named_with_who_is_first_and_last() -> None:
    """Where there are tiers, that is the news."""
    told = said(brief(facts({"window": [score("A", 90), score("B", 88), score("C", 40, tier=2)]}, {})))
    assert "窗口：参评 3 个，分为 2 档，同档对象与该档首位没有可信的差别。第一档：A、B；末档：C。" in told


def test_a_long_ranking_shows_its_ends_and_is_whole_in_the_annex() -> None:
    """Three minutes are not enough for 120 lines."""
    tables = {one.id: one for one in brief(facts({"window": windows(120)})).tables()}
    assert [len(tables[name].rows) for name in ("top_window", "end_window", "rank_window")] == [10, 10, 120]
    assert "rank_window" in {one.id for one in brief(facts({"window": windows(24)})).tables()}


def test_doubted_and_small_ones_are_listed_and_never_ranked() -> None:
    """A handful of cases or invented traces make no place."""
    those = [score("A", 90), score("X", 99, state="doubt", score=None, lo=None, hi=None, tier=None, doubts=("I1",)),
             score("Y", 99, state="small", score=None, lo=None, hi=None, tier=None, cases=3)]  # fmt: skip
    one = brief(facts({"window": those}, {}))
    tables = {table.id: [cells[0].shown for cells in table.rows] for table in one.tables()}
    assert tables["rank_window"] == ["A"]
    assert tables["doubt"] == ["X"]
    assert tables["small"] == ["Y"]
    assert "数据存疑、暂不公布得分的 1 个：X。" in one.points


def test_a_move_beyond_chance_leads_with_its_cause() -> None:
    """A leader asks what moved and why; what may be noise is marked as such."""
    now, was = [score("A", 90), score("B", 60)], [score("A", 89), score("B", 85)]
    of = facts({"window": now}, {})
    of = replace(of, ranked=(replace(of.ranked[1], before=made_up.sheet("window", was)),))
    moves = next(one for one in brief(of).tables() if one.id == "moves_window").rows
    assert [cell.shown for cell in moves[0]] == ["B", "85.0", "60.0", "−25.0", "超出随机波动", "按时办结 −5.0"]
    assert moves[1][4].shown == "在随机波动之内"


def test_a_revision_tells_whose_score_it_changed_and_why() -> None:
    """A ruling that moves a score between two editions without a word would look like a secret hand."""
    was = [score("A", 90), score("B", 60, tier=2), score("C", 70.01), score("D", 50)]
    now = [score("A", 90), score("B", 65), score("C", 70.04), score("D", 50, state="doubt", score=None, tier=None)]
    of = facts({"window": now}, {})
    changes = tuple(Delta(code=a.code, before=b, now=a) for a, b in zip(now, was, strict=True) if a != b)
    sheet = replace(made_up.sheet("window", now, revision=2), reason="T2 F-1 revoked; P3 F-2 changed")
    of = replace(of, ranked=(of.ranked[0], replace(of.ranked[1], now=sheet, revised=changes)))
    one = brief(of)
    ruled = "T2（发现 F-1）经认定撤销；P3（发现 F-2）经认定变更"
    assert f"窗口：第 2 版修订了上一版（{ruled}），改变 2 个得分或档次；另有 1 个" in said(one)
    table = next(each for each in one.tables() if each.id == "revised_window")
    assert [[cell.shown for cell in row] for row in table.rows] == [
        ["B", "60.0", "65.0", "+5.0", "2", "1"],
        ["D", "50.0", "—", "—", "1", "数据存疑"],
    ]
    assert not [each for each in brief(facts()).tables() if each.id.startswith("revised")]


def test_the_busiest_hour_is_an_average_of_days_on_which_cases_came() -> None:
    """As on the page on load: a holiday makes no hour look idle."""
    of = replace(facts(), open_days=dict.fromkeys(range(1, 8), 2))
    assert "最忙的是周五 16:00–17:00，平均每天收件 20.0 件" in said(brief(of))


def test_causes_tell_where_they_gather() -> None:
    """What to do begins with where."""
    assert row(brief(facts()), "causes", "超期") == ["超期", "30", "10", "30", "住建局（57%）"]
    assert "最久的已 40 天：T2 承诺超期" in said(brief(facts()))


def test_a_month_without_anything_says_so_and_nothing_else() -> None:
    """An empty table would look like a fault."""
    nothing = Totals(period=made_up.MARCH, counts={}, cards={}, arrivals={})
    one = brief(facts(past=(totals(), nothing)))
    assert one.points == ("本期在所选范围内没有办件，也没有亮牌、评价或投诉。",)
    assert one.tables() == []


def test_without_a_chinese_font_names_in_chinese_alone_are_shown_as_codes() -> None:
    """Empty boxes tell nobody anything."""
    of = facts(
        names={("department", "D1"): Text(zh="住建局", en=""), ("department", "D2"): Text(zh="公安局", en="Police")}
    )
    ranked = next(one for one in brief(of, "en", chinese=False).tables() if one.id == "rank_department")
    assert [cells[0].shown for cells in ranked.rows] == ["D1", "Police", "D3"]


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("2026-03", "2026年3月", "March 2026"),
        ("2026-Q1", "2026年第1季度", "quarter 1 of 2026"),
        ("2026-W01", "2026年第1周", "week 1 of 2026"),
        ("2026", "2026年", "2026"),
        ("2026-01-01..2026-06-30", "2026-01-01 至 2026-06-30", "2026-01-01 to 2026-06-30"),
    ],
)
def test_periods_are_named_as_people_name_them(code: str, zh: str, en: str) -> None:
    assert [voice(facts(), language).period(Period.parse(code)) for language in ("zh", "en")] == [zh, en]


def test_every_text_is_there_in_both_languages_with_the_same_places() -> None:
    """A key that is missing would be found by the first leader who needs it."""
    keys = {key for key in catalogue("zh") if key.startswith("brief.")}
    assert keys == {key for key in catalogue("en") if key.startswith("brief.")}
    assert [key for key in keys if places(key, "zh") != places(key, "en")] == []
    used = set()
    for path in Path(reports.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                key = node.args[0].value
                called = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
                if called in {"voice", "self"}:
                    assert isinstance(key, str)
                    used.add(f"brief.{key}")
    assert used
    assert used <= keys


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_the_other_language_slips_in(language: Language) -> None:
    """Chinese within an English brief is one that somebody forgot to translate."""
    of = facts({"officer": [score("P1", 80)]}, {("officer", "P1"): Text(zh="王", en="Wang")}, rules={})
    told = said(brief(of, language)) + "".join(head for table in brief(of, language).tables() for head in table.heads)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in told) is (language == "zh")
