-- The events of all cases that anything happened to within [since, until), as far as they had occurred before until,
-- corrections in place of what they correct; the details that many rules ask for are read out of `raw`.
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
  AND cityHash64(event_id) NOT IN (SELECT event_hash FROM again)
