"""Texts from outside must never become HTML."""

from dashboards.components.markup import Html, facts, join, table, tag
from tests.dashboards.seed import HOSTILE


def test_text_is_escaped_and_markup_is_not() -> None:
    assert tag("p", "<b>", tag("i", "&")) == "<p>&lt;b&gt;<i>&amp;</i></p>"


def test_attributes_are_escaped_and_false_ones_left_out() -> None:
    drawn = tag("a", "x", href='"><script>', class_="a", data_severity=3, open=True, hidden=False, title=None)
    assert drawn == '<a href="&quot;&gt;&lt;script&gt;" class="a" data-severity="3" open>x</a>'


def test_every_way_of_putting_text_in_escapes_it() -> None:
    """One forgotten way is enough for a source system to take over an officer's page."""
    for drawn in (
        tag("p", [HOSTILE, [HOSTILE]]),
        join(HOSTILE),
        facts([(HOSTILE, HOSTILE)], class_=HOSTILE),
        table([HOSTILE], [tag("tr", tag("td", HOSTILE))]),
    ):
        assert isinstance(drawn, Html)
        assert "<img" not in drawn


def test_an_element_without_content_has_no_end() -> None:
    assert join(tag("br"), 3, None, 2.5) == "<br>32.5"
