-- Complaints, inspections' findings and ratings, newest first: as they came with the cases, and those entered here that
-- were not relayed yet.
SELECT event_id, case_id, type, occurred_at, region, department, `window`, officer, source, data
FROM
(
    SELECT event_id, case_id, type, occurred_at, region, department, `window`, officer, source,
           JSONExtractRaw(raw, 'data') AS data, 0 AS waits
    FROM events
    WHERE type IN {types:Array(String)} AND occurred_at >= {since:DateTime64(3, 'UTC')}
      AND occurred_at < {until:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT JSONExtractString(body, 'event_id'), case_id, JSONExtractString(body, 'type') AS type,
           toDateTime64(ifNull(parseDateTime64BestEffortOrNull(JSONExtractString(body, 'occurred_at'), 3, 'UTC'), at), 3, 'UTC')
               AS occurred_at,
           region, department, `window`, officer, JSONExtractString(body, 'source'), JSONExtractRaw(body, 'data'), 1
    FROM record
    WHERE kind = 'event' AND body != '' AND type IN {types:Array(String)}
      AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
)
WHERE empty({windows:Array(String)}) OR has({windows:Array(String)}, `window`)
ORDER BY occurred_at DESC, waits
LIMIT 1 BY event_id
LIMIT {limit:UInt32}
