"""Services of intermediaries, registers and penalties, read once for all who may see the same."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from dashboards import service
from dashboards.sharing import shared
from mingjing.insight.agencies import Price, Service
from mingjing.insight.discretion import Band, Penalty
from mingjing.store import market
from mingjing.store.market import Agency

REFRESH_S = 60


@shared(ttl=REFRESH_S)
def services(since: datetime, until: datetime, today: date, timezone: str) -> list[Service]:
    """The services chosen or contracted within a time, the latest first."""
    with service.store() as store:
        return market.contracted(store, since, until, today, ZoneInfo(timezone))


@shared(ttl=REFRESH_S)
def registered() -> list[Agency]:
    """The register of intermediaries."""
    with service.store() as store:
        return market.registered(store)


@shared(ttl=REFRESH_S)
def prices() -> dict[tuple[str, str], list[Price]]:
    """Published fees, by agency and item."""
    with service.store() as store:
        return market.prices(store)


@shared(ttl=REFRESH_S)
def bands() -> dict[str, list[Band]]:
    """Discretion bands, by item."""
    with service.store() as store:
        return market.bands(store)


@shared(ttl=REFRESH_S)
def penalties(since: datetime, until: datetime, timezone: str) -> list[Penalty]:
    """The penalties filed within a time, the latest first."""
    with service.store() as store:
        return market.decided(store, since, until, ZoneInfo(timezone))
