"""The citizen's rating 好差评, and how a bad one is followed up 差评闭环."""

from typing import Any

from mingjing.simulate.draft import Draft

LIMIT = 15  # working days


def rated(d: Draft) -> None:
    """A rating from one's own phone or at the window's terminal; one or two stars are followed up."""
    if not d.happens(d.rates.rated):
        return
    d.wait(1, 30)
    stars = d.rng.choices((5, 4, 3, 2, 1), (88, 8, 2, 1, 1))[0]
    where: dict[str, Any] = {"device": d.pseudonym("d")}
    if d.channel == "window" and d.happens(0.3):
        where = {"device": f"t{d.window.code}", "terminal": d.window.code}
    d.note("rated", stars=stars, **where)
    if stars <= 2:
        _followed_up(d)


def _followed_up(d: Draft) -> None:
    late = d.flaw("bad_rating_left", d.rates.bad_rating_left)
    days = d.rng.randint(LIMIT + 1, LIMIT + 5) if late else d.rng.randint(2, LIMIT - 2)
    first = d.rng.randint(1, max(1, days // 2))
    d.days(first)
    if not d.flaw("bad_rating_unverified", d.rates.bad_rating_unverified):
        d.note("rating_verified", d.examiner)
    if d.happens(0.2):
        d.wait(5, 60)
        d.note("rating_reviewed", d.approver, result=d.rng.choice(("valid", "invalid")))
    d.days(days - first)
    d.note("rating_rectified", d.examiner)
    d.wait(5, 30)
    d.note("rating_called_back", d.front)
