-- The last sample of each camera of each window.
SELECT `window`, camera, sampled_at, state, confidence, persons, reason, seen_at, view, detector, snapshot, decides
FROM presence_latest FINAL
ORDER BY `window`, camera
