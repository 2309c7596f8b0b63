-- How fresh the data are: events in all, the last one stored, and the time from arrival to the store of the events
-- of the last five minutes, in seconds of the wall clock. A simulated clock shows `shown` (ms) at the wall's `wall`
-- (ms) and runs `speed` times as fast; for the wall clock itself: 0, 0, 1.
-- (`max` is answered from a projection; `maxOrNull` would read every event.)
WITH recent AS
(
    SELECT (toUnixTimestamp64Milli(stored_at) - {wall:Int64}
            - (toUnixTimestamp64Milli(received_at) - {shown:Int64}) / {speed:Float64}) / 1000 AS lag
    FROM events
    WHERE stored_at > now64(3, 'UTC') - INTERVAL 5 MINUTE AND received_at IS NOT NULL
)
SELECT (SELECT count() FROM events) AS events,
       (SELECT nullIf(max(stored_at), toDateTime64(0, 3, 'UTC')) FROM events) AS last_stored,
       count() AS recent,
       ifNotFinite(quantile(0.5)(lag), 0) AS lag_typical,
       ifNotFinite(quantile(0.95)(lag), 0) AS lag_worst
FROM recent
-- What is told an hour late by the clock shown is history.
WHERE lag >= 0 AND lag * {speed:Float64} < 3600
