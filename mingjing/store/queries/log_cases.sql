-- The cases of a log 台账 that began in a span of time, with an event of `openings` that is of this `sort` (data.kind; "": of any):
-- the latest first.
SELECT case_id
FROM events
WHERE type IN {openings:Array(String)}
  AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
  AND ({sort:String} = '' OR JSONExtractString(raw, 'data', 'kind') = {sort:String})
GROUP BY case_id
ORDER BY max(occurred_at) DESC, case_id
LIMIT {limit:UInt32}
