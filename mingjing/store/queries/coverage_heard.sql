-- What came in within a span of instants: cases and the latest event by department, window and item. Guides are no cases.
SELECT toString(department) AS department, toString(`window`) AS `window`, toString(item) AS item,
       uniq(case_id) AS cases, max(occurred_at) AS latest
FROM events
WHERE occurred_at >= {heard_since:DateTime64(3, 'UTC')} AND occurred_at < {heard_until:DateTime64(3, 'UTC')}
  AND type != 'guide_published'
GROUP BY department, `window`, item
ORDER BY department, `window`, item
