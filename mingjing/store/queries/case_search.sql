-- Case ids that begin with `search`.
SELECT case_id, count() AS events, max(occurred_at) AS last_event_at FROM events
WHERE startsWith(case_id, {search:String})
GROUP BY case_id
ORDER BY case_id
LIMIT {limit:UInt32}
