"""Fair efficiency scores 效能评分: from what cases say about who handled them to what a leader may conclude.

Pure: knows no store, no screen and no wall clock. `lines` is what a case adds, `sums` what many add up to, `scheme`
which indicators count how much, `score` what comes of it, with intervals and tiers. docs/scoring.md has every formula.
"""
