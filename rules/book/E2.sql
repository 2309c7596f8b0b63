-- Per window: how its cases were rated, by which devices, how soon. A device that people use at several windows is a
-- terminal of the hall and speaks against nobody.
WITH
    ratings AS (
        SELECT case_id, occurred_at AS at, device, JSONExtractInt(data, 'stars') AS stars, event_id
        FROM facts
        WHERE type = 'rated' AND occurred_at >= {since:DateTime64(3, 'UTC')}
          AND occurred_at < {until:DateTime64(3, 'UTC')}
    ),
    seen AS (
        SELECT c.`window` AS `window`, c.department AS department, r.*,
               dateDiff('millisecond', coalesce(c.delivered_at, c.decided_at), r.at) / 1000 AS after,
               c.delivered_at IS NOT NULL AND r.at < c.delivered_at AS before_delivery
        FROM ratings AS r INNER JOIN cases AS c ON c.case_id = r.case_id
        WHERE c.`window` != '' AND c.decided_at IS NOT NULL
    ),
    devices AS (SELECT device, uniqExact(`window`) AS windows FROM seen WHERE device != '' GROUP BY device),
    used AS (
        SELECT s.`window` AS `window`, s.device AS device, count() AS n
        FROM seen AS s INNER JOIN devices AS d ON d.device = s.device
        WHERE d.windows < {windows:UInt32} GROUP BY `window`, device
    ),
    own AS (
        SELECT `window`, arraySum(arraySlice(arrayReverseSort(groupArray(n)), 1, 5)) AS top, sumIf(n, n >= 4) AS often
        FROM used GROUP BY `window`
    ),
    finished AS (
        SELECT `window`, count() AS n FROM cases
        WHERE `window` != '' AND decided_at >= {since:DateTime64(3, 'UTC')} AND decided_at < {until:DateTime64(3, 'UTC')}
        GROUP BY `window`
    )
SELECT
    s.`window` AS subject, min(s.department) AS department, min(f.n) AS finished,
    least(count(), finished) AS rated, count() AS ratings,
    countIf(s.stars = 5) AS five, countIf(s.stars < 5) AS not_five,
    round(five / ratings, 3) AS five_share,
    countIf(s.after <= {soon:Float64}) AS soon, countIf(s.before_delivery) AS before_delivery,
    coalesce(min(o.often), 0) AS by_busy_devices,
    round(by_busy_devices / ratings, 3) AS busy_device_share,
    round(uniqExact(s.device) / ratings, 3) AS device_share,
    groupArraySortedIf(8)(s.event_id, s.after <= {soon:Float64}) AS events
FROM seen AS s
LEFT JOIN own AS o ON o.`window` = s.`window`
LEFT JOIN finished AS f ON f.`window` = s.`window`
GROUP BY s.`window`
