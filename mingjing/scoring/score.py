"""From sums to scores."""

from collections.abc import Mapping

from mingjing.scoring.results import Score
from mingjing.scoring.scheme import Scheme
from mingjing.scoring.sums import ItemFact, Sums


def score(sums: Sums, items: Mapping[str, ItemFact], scheme: Scheme) -> tuple[Score, ...]:
    """The scores of all subjects, best first, those without one last."""
    raise NotImplementedError
