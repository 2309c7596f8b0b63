"""The citizen's rating 好差评, how a bad one is followed up 差评闭环, and the complaint of who was not pleased 投诉."""

from typing import Any

from mingjing.simulate.draft import Draft

LIMIT = 15  # working days
PRAISE = 4  # stars
GROUNDS = ("态度差", "等候时间长", "拖延", "多次往返")


def rated(d: Draft) -> int:
    """A rating from one's own phone or at the window's terminal; one or two stars are followed up. 0: none."""
    if not d.happens(d.rates.rated):
        return 0
    d.wait(1, 30)
    bad = 100 * d.rates.dissatisfied
    good = (100 - bad) / 98
    stars: int = d.rng.choices((5, 4, 3, 2, 1), (88 * good, 8 * good, 2 * good, bad / 2, bad / 2))[0]
    where: dict[str, Any] = {"device": d.pseudonym("d")}
    if d.channel == "window" and d.happens(0.3):
        where = {"device": f"t{d.window.code}", "terminal": d.window.code}
    d.note("rated", stars=stars, **where)
    if stars <= 2:
        _followed_up(d)
    return stars


def complained(d: Draft, stars: int) -> None:
    """A complaint about the case some days later, by somebody who did not praise it."""
    share = d.rates.complained
    if share and stars < PRAISE and d.happens(share):
        d.days(d.rng.randint(1, 6))
        d.note("complained", ground=d.rng.choice(GROUNDS), caller=d.applicant)


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
