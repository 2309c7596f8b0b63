-- Which steps of which item began or ended within a span of instants.
SELECT toString(item) AS item, groupUniqArray(JSONExtractString(data, 'step')) AS steps
FROM events
WHERE type IN ('step_started', 'step_ended')
  AND occurred_at >= {heard_since:DateTime64(3, 'UTC')} AND occurred_at < {heard_until:DateTime64(3, 'UTC')}
GROUP BY item
ORDER BY item
