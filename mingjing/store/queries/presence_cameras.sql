-- Each camera as it last reported: what is wrong with its picture ('': nothing), and of how many windows it told.
SELECT camera, max(sampled_at) AS last_at, argMax(if(reason = 'hidden', '', toString(reason)), sampled_at) AS condition,
       argMax(toString(detector), sampled_at) AS detector, uniqExact(`window`) AS windows
FROM (
    SELECT camera, `window`, sampled_at, reason, detector, max(sampled_at) OVER (PARTITION BY camera) AS newest
    FROM presence_latest FINAL
)
WHERE sampled_at > newest - INTERVAL 1 DAY  -- windows that it does not look at any more
GROUP BY camera
ORDER BY camera
