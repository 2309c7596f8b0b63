-- Each window as it was last seen: the newest sample that decided its state. The page tells from `sampled_at` how old it is.
SELECT `window`, camera, sampled_at, state, reason, persons, confidence, seen_at, detector, snapshot
FROM presence_latest FINAL
WHERE decides
ORDER BY `window`, sampled_at DESC
LIMIT 1 BY `window`
