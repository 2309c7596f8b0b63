-- At which points of the lower levels papers were handed in within a span of instants: cases and the latest event.
SELECT JSONExtractString(data, 'point') AS point, uniq(case_id) AS cases, max(occurred_at) AS latest
FROM events
WHERE type = 'material_received'
  AND occurred_at >= {heard_since:DateTime64(3, 'UTC')} AND occurred_at < {heard_until:DateTime64(3, 'UTC')}
  AND point != ''
GROUP BY point
ORDER BY point
