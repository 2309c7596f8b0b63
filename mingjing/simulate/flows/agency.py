"""The service of an intermediary 中介: chosen, contracted in days, perhaps held up, delivered, paid."""

from mingjing.simulate.almanac import DAY, office_second
from mingjing.simulate.cityplan import dice
from mingjing.simulate.draft import Draft
from mingjing.simulate.market import AGENCIES, price, strange

DEAREST = 800
"""What a unit costs with an agency that publishes nothing, in yuan."""


def agency(d: Draft) -> None:
    """From the choice to the payment; what the client holds up is not the agency's time."""
    firm = AGENCIES[d.rng.randrange(len(AGENCIES))]
    quantity = d.rng.randint(10, 120)
    contracted = d.rng.choice((10, 15, 20, 30))
    market = dice(d.city.seed, "market", d.applicant)
    if d.arranged(market, "agency_unregistered", d.rates.agency_unregistered):
        firm = market.choice(strange(d.day))
    d.note("agency_selected", d.front, agency=firm, method=d.rng.choice(("lottery", "bidding")), by="applicant")
    d.days(d.rng.randint(1, 3))
    if "agency_unregistered" not in d.flaws and d.arranged(market, "agency_swapped", d.rates.agency_swapped):
        firm = market.choice([other for other in AGENCIES if other != firm])
    known = price(firm, d.item.code, d.day)
    fee = (known or DEAREST) * quantity
    if known and d.arranged(market, "agency_dear", d.rates.agency_dear):
        fee += 100 * market.randint(1, 30)
    d.note("agency_contracted", agency=firm, days=contracted, quantity=quantity, published_fee=fee)
    begun, held = d.now // DAY, 0
    if d.happens(0.2):
        d.days(1)
        d.note("agency_held", reason=d.word("reasons", "held"))
        since = d.now // DAY
        d.days(d.rng.randint(1, 5))
        d.note("agency_released")
        held = d.now // DAY - since
    late = d.flaw("agency_late", d.rates.agency_late)
    used = d.rng.randint(contracted + 1, contracted + 8) if late else d.rng.randint(1, contracted - 4)
    d.now = max(d.now, (begun + held + used) * DAY + office_second(d.rng))
    d.note("agency_delivered", agency=firm)
    d.days(d.rng.randint(1, 5))
    over = d.flaw("agency_overcharged", d.rates.agency_overcharged)
    d.note("agency_paid", agency=firm, amount=fee + 500 if over else fee - 100 * d.rng.randint(0, 4))
