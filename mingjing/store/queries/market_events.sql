-- What happened in the cases of intermediaries 中介 or of penalties 行政处罚 that began in a span of time (with an event of
-- `openings`): each event once, corrections in place of what they correct, in order of occurrence.
SELECT event_id, case_id, toString(type) AS type, occurred_at, toString(item) AS item,
       toString(department) AS department, toString(officer) AS officer, JSONExtractRaw(raw, 'data') AS data
FROM events
WHERE type IN {types:Array(String)}
  AND case_id IN
  (
      SELECT case_id FROM events
      WHERE type IN {openings:Array(String)} AND occurred_at >= {since:DateTime64(3, 'UTC')}
        AND occurred_at < {until:DateTime64(3, 'UTC')}
  )
  AND event_id NOT IN (SELECT corrects FROM events WHERE corrects != '' AND (type IN {types:Array(String)} OR type = 'row_moved'))
ORDER BY occurred_at, event_id
LIMIT 1 BY event_id
LIMIT {limit:UInt32}
