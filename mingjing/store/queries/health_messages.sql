-- Recipients of mails and web calls in the last 30 days: what became of the latest one, and how many went out or failed.
SELECT subject AS recipient, max(at) AS last_at, argMax(JSONExtractString(body, 'way'), (at, stored_at)) AS way,
       argMax(JSONExtractString(body, 'outcome'), (at, stored_at)) AS outcome,
       argMax(JSONExtractString(body, 'reason'), (at, stored_at)) AS reason,
       countIf(JSONExtractString(body, 'outcome') = 'sent') AS sent,
       countIf(JSONExtractString(body, 'outcome') != 'sent') AS failed
FROM record
WHERE kind = 'message' AND stored_at >= now64(6) - toIntervalDay(30)
GROUP BY subject
ORDER BY outcome = 'sent', subject
LIMIT {limit:UInt32}
