-- The same of the events that are stored more than once, each once. Of two contents the one with the smaller hash counts.
INSERT INTO facts
SELECT
    event_id, case_id, type, occurred_at, recorded_at, received_at, source, item, region, department, `window`, officer,
    channel, JSONExtractRaw(raw, 'data') AS data,
    if(type IN ('submitted', 'material_received', 'accepted'), JSONExtractString(data, 'applicant'), '') AS applicant,
    if(type IN ('submitted', 'withdrawn', 'terminated', 'rated'), JSONExtractString(data, 'device'), '') AS device,
    if(type IN ('decided', 'closed', 'pre_reviewed'), JSONExtractString(data, 'result'), '') AS result
FROM events
WHERE occurred_at < {until:DateTime64(3, 'UTC')}
  AND case_id IN (SELECT case_id FROM events WHERE occurred_at >= {since:DateTime64(3, 'UTC')}
                                               AND occurred_at < {until:DateTime64(3, 'UTC')})
  AND event_id NOT IN (SELECT event_id FROM replaced)
  AND cityHash64(event_id) IN (SELECT event_hash FROM again)
ORDER BY cityHash64(data), received_at
LIMIT 1 BY event_id
