"""What an address asks of a ranking, how it is put in order, and what charts and figures are made of it."""

import io
import json
from datetime import date

import pytest
import vl_convert
from msgspec.structs import replace
from openpyxl import load_workbook

from dashboards.components import standing
from dashboards.components.scoresheet import formula
from dashboards.lexicon import Lexicon
from dashboards.scores import files, likeness
from dashboards.scores.view import View, from_query, listing, span, to_query
from dashboards.words import LANGUAGES, Language, Words
from mingjing.charts import compare, ranking
from mingjing.charts import score as charts
from mingjing.charts.look import Spec
from mingjing.insight import funnel
from mingjing.insight.shape import shape
from mingjing.scoring import schemes
from mingjing.scoring.lines import pace_key
from mingjing.scoring.periods import Period
from mingjing.scoring.results import Score, ScoreSheet, State, Value
from mingjing.types import Text

ZH = Words("zh", "Asia/Shanghai")
SCHEME = schemes.load("recommended")
MONTH = Period.parse("2026-03")
LABELS = {
    **dict.fromkeys(("score", "tier", "interval", "points", "weight", "before", "now", "used", "share", "n"), "词"),
    **dict.fromkeys(("rate", "name", "centre"), "词"),
    "tier_n": "第{n}档",
    "cases": "{n} 件",
    "above": "高",
    "below": "低",
    "within": "内",
    "l95": "95",
    "l998": "99.8",
    "late": "晚",
    "just": "卡",
    "early": "早",
}


def scored(code: str, score: float | None, tier: int | None, state: State = "ranked", **more: float) -> Score:
    on_time = Value(
        indicator="on_time", points=more.get("on_time", 16.0), lo=14.0, hi=17.5, weight=18.0, value=0.95, value_lo=0.9,
        value_hi=0.98, expected=0.96, raw=0.95, n=100, good=95,
    )  # fmt: skip
    return Score(
        code=code, state=state, cases=more.get("cases", 100), weighted=more.get("cases", 100), score=score,
        lo=None if score is None else score - 3, hi=None if score is None else score + 2, tier=tier, values=(on_time,),
        doubts=("I1",) if state == "doubt" else (),
    )  # fmt: skip


SHEET = ScoreSheet(
    scheme=SCHEME.id,
    scheme_version=SCHEME.version,
    level="window",
    period=MONTH,
    differs=True,
    scores=(
        scored("A-1", 95.0, 1, on_time=12.0),
        scored("A-2", 93.5, 1, on_time=18.0, cases=900),
        scored("B-1", 80.0, 2),
        scored("tiny", 99.0, None, "small", cases=3),
        scored("liar", None, None, "doubt"),
    ),
)


def named(code: str) -> str:
    return {"A-1": "甲窗口", "A-2": "乙窗口"}.get(code, code)


@pytest.mark.parametrize(
    "view",
    [
        View(),
        View(level="officer", region="350102", department="GAJ", q="甲", sort="on_time", live=True, page=3),
        View(scheme="city100", revision=2),
    ],
)
def test_an_address_reproduces_a_ranking(view: View) -> None:
    assert from_query(to_query(view)) == view


def test_an_address_written_wrongly_shows_what_is_usual() -> None:
    assert from_query({"level": ["planet"], "page": ["-1"], "rev": ["x"], "live": ["yes"]}) == View()


def test_the_total_is_listed_by_tier_and_those_without_a_place_apart() -> None:
    shown = listing(SHEET, View(), named)
    assert [(group.tier, [one.code for one in group.rows]) for group in shown.groups] == [
        (1, ["A-1", "A-2"]),
        (2, ["B-1"]),
    ]
    assert [one.code for one in shown.left_out["small"]] == ["tiny"]
    assert [one.code for one in shown.left_out["doubt"]] == ["liar"]
    assert (shown.ranked, shown.tiers) == (3, 2)


@pytest.mark.parametrize(
    ("sort", "first"), [("total", "A-1"), ("on_time", "A-2"), ("cases", "A-2"), ("name", "B-1"), ("unheard", "A-1")]
)
def test_rankings_are_sorted_as_asked(sort: str, first: str) -> None:
    assert listing(SHEET, View(sort=sort), named).rows[0].code == first


def test_a_search_finds_names_and_codes_wherever_they_stand() -> None:
    assert [one.code for one in listing(SHEET, View(q="乙窗"), named).rows] == ["A-2"]
    found = listing(SHEET, View(q="TIN"), named)
    assert (found.rows, [one.code for one in found.left_out["small"]]) == ([], ["tiny"])
    assert found.ranked == 3, "the verdict is about all, not about what was found"


def test_pages_of_a_ranking_do_not_overlap() -> None:
    pages = [[one.code for one in listing(SHEET, View(page=page), named, size=2).rows] for page in (1, 2, 9)]
    assert pages == [["A-1", "A-2"], ["B-1"], ["B-1"]]


def test_regions_of_unlike_depth_share_no_tier() -> None:
    shown = listing(SHEET, View(level="region"), named, lambda code: int(code != "A-1"))
    assert [(group.depth, group.tier) for group in shown.groups] == [(0, 1), (1, 1), (1, 2)]


def test_the_axis_holds_every_interval() -> None:
    assert span(SHEET.scores[:3]) == (77.0, 97.0)
    low, high = span([scored("x", 90.0, 1)])
    assert low <= 87
    assert high >= 92


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_ranking_says_sizes_and_reasons(language: Language) -> None:
    words = Words(language, "UTC")
    lexicon = Lexicon(words, {}, {("window", "A-1"): Text(zh="<甲>", en="<A>")})
    shown = listing(SHEET, View(), named)
    drawn = standing.ranking(shown, View(), SCHEME, lexicon, lambda code: f"score?code={code}", {"A-1": -1.5})
    assert "score?code=A-2" in drawn
    assert "-1.5" in drawn
    assert "900" in drawn
    assert "<甲>" not in drawn
    assert "<A>" not in drawn
    apart = standing.left_out(shown, View(), SCHEME, lexicon, lambda code: code)
    assert words("scoring.state_small") in apart
    assert words("scoring.state_doubt") in apart
    assert "I1" in apart


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_formula_has_the_numbers_that_a_reader_needs_to_check_it(language: Language) -> None:
    indicator = next(one for one in SCHEME.indicators if one.id == "on_time")
    told = formula(indicator, SHEET.scores[0].values[0], Words(language, "UTC")).replace("\xa0", " ")
    by_hand = 18 * (0.95 - indicator.floor) / (indicator.target - indicator.floor)
    for figure in ("95", "100", "95.00 %", "96.00 %", "90.00 %", "98.00 %", "18.00", f"{by_hand:.2f}", "12.00"):
        assert figure in told


def test_files_carry_all_scores_unrounded_and_run_no_formula() -> None:
    evil = ScoreSheet(
        scheme="s", scheme_version="1", level="window", period=MONTH, scores=(scored("=1+1\x0b", 90.123456, 1),)
    )
    lexicon = Lexicon(ZH, {}, {})
    lines = files.as_csv(evil, SCHEME, lexicon).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("code,name,state,tier,score,lo,hi,cases")
    assert "'=1+1" in lines[1]
    assert "90.123456" in lines[1]
    assert load_workbook(io.BytesIO(files.as_xlsx(evil, SCHEME, lexicon))).active["A2"].value == "'=1+1"
    folder = load_workbook(io.BytesIO(files.as_xlsx(SHEET, SCHEME, lexicon)))
    page = folder.active
    assert [cell.value for cell in page[1]][:5] == ["编码", "名称", "状态", "档次", "得分"]
    assert (page.max_row, page["E2"].value) == (1 + len(SHEET.scores), 95.0)


def test_only_intervals_that_do_not_overlap_differ() -> None:
    near, far = scored("x", 90.0, 1), scored("y", 70.0, 2)
    assert not likeness.apart([near, far], "on_time"), "their on-time intervals are the same"
    low = Value(indicator="on_time", points=2, lo=1, hi=3, weight=18)
    assert likeness.apart([near, Score(code="z", state="ranked", cases=1, weighted=1, values=(low,))], "on_time")


def test_a_year_lies_over_the_one_before_month_by_month() -> None:
    months = [(Period.of("month", date(2025 + n // 12, n % 12 + 1, 1)), scored("x", 80.0 + n, 1)) for n in range(24)]
    steps = likeness.beside_past([*months[:5], (months[5][0], None), *months[6:]], "now", "before")
    assert [(one.series, one.period, one.score) for one in (steps[0], steps[12], steps[17])] == [
        ("now", "2026-01", 92.0), ("before", "2026-01", 80.0), ("before", "2026-06", None),
    ]  # fmt: skip


def test_a_funnel_names_who_is_outside_and_nobody_with_few_cases() -> None:
    rates = {"good": (990, 1000), "usual": (950, 1000), "also": (955, 1000), "bad": (880, 1000), "lucky": (3, 3)}
    scores = tuple(
        Score(
            code=code, state="ranked", cases=n, weighted=n,
            values=(Value(indicator="on_time", points=1, lo=1, hi=1, weight=18, n=n, good=good),),
        )
        for code, (good, n) in rates.items()
    )  # fmt: skip
    sheet = ScoreSheet(scheme="s", scheme_version="1", level="window", period=MONTH, scores=scores)
    indicator = next(one for one in SCHEME.indicators if one.id == "on_time")
    found = likeness.funnel_of(sheet, indicator, str)
    assert [(one.code, one.side) for one in found.outside] == [("bad", -1), ("good", 1)]
    assert likeness.funnel_of(replace(sheet, scores=()), indicator, str).peers == ()


def test_the_limits_of_a_funnel_close_with_more_cases_and_hold_the_centre() -> None:
    curve = funnel.curve(0.97, 5000)
    widths = [one.hi998 - one.lo998 for one in curve if one.n > 50]
    assert all(one.lo998 <= one.lo95 <= 0.97 <= one.hi95 <= one.hi998 for one in curve)
    assert widths[-1] < widths[0] / 5
    assert funnel.side(9, 10, 1.0) == -1


def test_cases_that_end_on_their_last_day_are_noticed_only_beyond_what_peers_of_the_same_limits_do() -> None:
    short = {pace_key(1, 1): 200}
    assert not shape(short, {pace_key(1, 1): 900}).bunched, "one-day limits always end on their last day"
    evenly = {pace_key(10, used): 100 for used in range(1, 11)}
    late = {pace_key(10, 10): 30, pace_key(10, 4): 20}
    together = {key: evenly.get(key, 0) + late.get(key, 0) for key in evenly}
    assert shape(late, together).bunched
    assert not shape({pace_key(10, 10): 5}, together).bunched, "five cases say nothing"
    assert shape({}, together).share is None


def specs() -> dict[str, Spec]:
    dots = [
        ranking.Dot(name=f"窗口'{n}'\\", score=95.0 - n, lo=92.0 - n, hi=97.0 - n, tier=1 + n // 2, cases=80)
        for n in range(5)
    ]
    bars = [charts.Bar(name="按时", points=16, lo=14, hi=17, weight=18)]
    steps = [charts.Step(period="2026-01", score=90, lo=88, hi=92), charts.Step(period="2026-02", score=None)]
    peers = [
        compare.Peer(code="a", name="甲", n=50, rate=0.7, side=-1),
        compare.Peer(code="b", name="乙", n=90, rate=1, side=0),
    ]
    limits = [compare.Limit(n=n, lo95=0.8, hi95=1, lo998=0.75, hi998=1) for n in (10, 100)]
    sides = [compare.Side(indicator="按时", subject=who, points=9, lo=8, hi=10, weight=10) for who in ("甲", "乙")]
    return {
        "dots": ranking.dots(dots, LABELS, width=400),
        "no dots": ranking.dots([], LABELS, width=400),
        "indicators": charts.indicators(bars, LABELS, width=400),
        "trend": charts.trend(steps, LABELS, width=400),
        "waterfall": charts.waterfall(90, [charts.Change("按时", -2), charts.Change("提速", 1)], 89, LABELS, width=400),
        "used": charts.used({pace_key(10, 10): 3, pace_key(5, 9): 1, pace_key(1, 0): 2}, LABELS, width=400),
        "funnel": compare.funnel(peers, limits, 0.9, LABELS, width=400),
        "no funnel": compare.funnel([], [], 0.9, LABELS, width=400),
        "beside": compare.beside(sides, LABELS, width=400),
    }


@pytest.mark.parametrize(("name", "spec"), specs().items())
def test_charts_are_drawn_with_their_names(name: str, spec: Spec) -> None:
    json.dumps(spec, allow_nan=False)
    drawn = vl_convert.vegalite_to_svg(spec)
    assert drawn.startswith("<svg")
    wanted = {"dots": "第2档", "indicators": "16.0 / 18", "waterfall": "-2.0", "funnel": "甲", "beside": "乙"}
    assert wanted.get(name, "") in drawn


def test_a_case_that_used_its_whole_limit_is_in_time() -> None:
    spec = charts.used({pace_key(10, 10): 3, pace_key(10, 11): 1}, LABELS, width=400)
    rows = {row["from"]: (row["n"], row["kind"]) for row in spec["data"]["values"]}
    assert rows[95] == (3, "卡")
    assert rows[105] == (1, "晚")
    assert sum(n for n, _ in rows.values()) == 4
