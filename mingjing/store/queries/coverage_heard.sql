-- What came in within a span of instants: cases and the latest event by department, and by item and window. Guides are no cases.
-- One or the other is empty: a case that several windows handle is one case of its department.
SELECT toString(department) AS department, toString(item) AS item, toString(`window`) AS `window`,
       uniqExact(case_id) AS cases, max(occurred_at) AS latest
FROM events
WHERE occurred_at >= {heard_since:DateTime64(3, 'UTC')} AND occurred_at < {heard_until:DateTime64(3, 'UTC')}
  AND type != 'guide_published'
GROUP BY GROUPING SETS ((department), (item, `window`))
ORDER BY department, item, `window`
