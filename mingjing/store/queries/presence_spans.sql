-- The states of one window in a time, one after another: from the first sample of each to the last. A span ends as well
-- where no sample came for `gap` seconds. `snapshots`: what was kept as evidence, with the instant, the first twenty.
WITH decided AS (
    SELECT sampled_at, state, reason, camera, persons, seen_at, snapshot,
           lagInFrame(toString(state), 1, '') OVER w != state
               OR dateDiff('millisecond', lagInFrame(sampled_at, 1, sampled_at) OVER w, sampled_at) > 1000 * {gap:UInt32}
               AS begins
    FROM presence FINAL
    WHERE `window` = {window:String} AND decides
      AND sampled_at >= {since:DateTime64(3, 'UTC')} AND sampled_at < {until:DateTime64(3, 'UTC')}
    WINDOW w AS (ORDER BY sampled_at, camera ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
),
numbered AS (
    SELECT *, sum(begins) OVER (ORDER BY sampled_at, camera ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS number
    FROM decided
)
SELECT any(state) AS state, min(sampled_at) AS since, max(sampled_at) AS until, count() AS samples,
       countIf(reason = 'hidden') AS hidden,
       topKIf(1)(toString(reason), reason NOT IN ('', 'hidden')) AS reasons,
       arraySort(groupUniqArray(toString(camera))) AS cameras,
       maxOrNull(seen_at) AS seen_at,
       groupArrayIf(20)((sampled_at, snapshot), snapshot != '') AS snapshots
FROM numbered
GROUP BY number
ORDER BY since
