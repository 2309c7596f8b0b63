-- Single events by their ids, of whatever cases; as each first came.
SELECT
    event_id, case_id, type, occurred_at, recorded_at, received_at, source, item, item_version, region, department,
    `window`, officer, channel, corrects, '' AS corrected_by, JSONExtractRaw(raw, 'data') AS data
FROM events
WHERE event_id IN {event_ids:Array(String)}
ORDER BY event_id, stored_at
LIMIT 1 BY event_id
