"""Sums as subjects by families of items: who did how much of what, and what their peers did of the same."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mingjing.scoring.sums import ItemFact, Numbers, Sums

Places = NDArray[np.intp]
UNKNOWN = ItemFact()


class Table:
    """Subjects `codes` by families; a *pair* is what one subject did of one family, in order of subject.

    `row`: the pair of each row of the sums; `subject` and `family`: of each pair. An item without a family is one of
    its own. `cases`: of each subject, those that ended or came due (of an item the larger number, so that a case that
    is never closed counts too). `exposure`: of each pair, those cases by the weights of their items.
    """

    def __init__(self, sums: Sums, items: Mapping[str, ItemFact]) -> None:
        self.codes = sorted(set(sums.codes))
        places = {code: place for place, code in enumerate(self.codes)}
        facts = [items.get(item, UNKNOWN) for item in sums.items]
        families: dict[str, int] = {}
        of = [families.setdefault(fact.family or f"item {item}", len(families))
              for fact, item in zip(facts, sums.items, strict=True)]  # fmt: skip
        self.families = len(families)
        subjects = np.array([places[code] for code in sums.codes], dtype=np.intp)
        keys = subjects * max(self.families, 1) + np.array(of, dtype=np.intp)
        pairs, self.row = np.unique(keys, return_inverse=True)
        self.subject: Places = pairs // max(self.families, 1)
        self.family: Places = pairs % max(self.families, 1)
        self.starts: Places = np.searchsorted(self.subject, np.arange(len(self.codes)))
        weights = np.array([fact.weight for fact in facts], dtype=np.float64)
        cases = np.maximum(sums.counts["closed"], sums.counts["committed_n"])
        self.cases = self.each(self.pairs(cases))
        self.exposure = self.pairs(cases * weights)
        self.weighted = self.each(self.exposure)
        self._cards(sums)

    def _cards(self, sums: Sums) -> None:
        words: dict[str, int] = {}
        cells = [(row, words.setdefault(word, len(words)), count)
                 for row, each in enumerate(sums.cards) for word, count in each.items()]  # fmt: skip
        self.words = [(cause, int(severity)) for cause, _, severity in (word.rpartition(":") for word in words)]
        """Cause and severity of each kind of card that there is."""
        at, word, number = np.array(cells, dtype=np.float64).reshape(-1, 3).T
        self._card_pair, self._card_word, self._card_count = self.row[at.astype(np.intp)], word.astype(np.intp), number

    def carded(self, worth: Numbers) -> Numbers:
        """Cards of each pair, each word's at its worth (in order of `words`)."""
        counts = worth[self._card_word] * self._card_count
        return np.bincount(self._card_pair, counts, len(self.subject)).astype(np.float64)

    def pairs(self, rows: Numbers) -> Numbers:
        """Rows of the sums added up by pair."""
        return np.bincount(self.row, rows, len(self.subject)).astype(np.float64)

    def each(self, pairs: Numbers) -> Numbers:
        """Pairs (along the first axis) added up by subject."""
        return np.add.reduceat(pairs, self.starts, axis=0) if len(pairs) else pairs

    def families_of(self, pairs: Numbers) -> Numbers:
        """Pairs added up by family."""
        return np.bincount(self.family, pairs, self.families).astype(np.float64)
