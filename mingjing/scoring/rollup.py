"""Sums of a tree: what a region did is what all regions in it did."""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from mingjing.scoring.sums import Numbers, Sums


def rolled(sums: Sums, over: Callable[[str], Sequence[str]]) -> Sums:
    """The sums in which a code also has what lies beneath it. `over`: a code and all that it belongs to."""
    rows: dict[tuple[str, str], int] = {}
    sources, targets = [], []
    for source, (code, item) in enumerate(zip(sums.codes, sums.items, strict=True)):
        for above in over(code):
            sources.append(source)
            targets.append(rows.setdefault((above, item), len(rows)))
    taken, into = np.array(sources, dtype=np.int64), np.array(targets, dtype=np.int64)

    def added(values: Numbers) -> Numbers:
        return np.bincount(into, weights=values[taken], minlength=len(rows)).astype(np.float64)

    def counted(values: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
        found: list[dict[str, float]] = [{} for _ in rows]
        for source, target in zip(sources, targets, strict=True):
            for word, n in values[source].items():
                found[target][word] = found[target].get(word, 0) + n
        return found

    return Sums(
        codes=[code for code, _ in rows],
        items=[item for _, item in rows],
        counts={name: added(values) for name, values in sums.counts.items()},
        speed_n=added(sums.speed_n),
        speed_sum=added(sums.speed_sum),
        speed_squares=added(sums.speed_squares),
        cards=counted(sums.cards),
        confirmed=counted(sums.confirmed),
    )


def only(sums: Sums, codes: Collection[str]) -> Sums:
    """The rows of some codes."""
    rows = [i for i, code in enumerate(sums.codes) if code in codes]
    return Sums(
        codes=[sums.codes[i] for i in rows],
        items=[sums.items[i] for i in rows],
        counts={name: values[rows] for name, values in sums.counts.items()},
        speed_n=sums.speed_n[rows],
        speed_sum=sums.speed_sum[rows],
        speed_squares=sums.speed_squares[rows],
        cards=[sums.cards[i] for i in rows],
        confirmed=[sums.confirmed[i] for i in rows],
    )
