-- All records of a case as they were received, with the SHA-256 of their bytes (keyed where they are masked).
SELECT event_id, raw, lower(hex(SHA256(raw))) AS sha256, received_at, topic, `partition`, `offset`, line
FROM events
WHERE case_id = {case_id:String}
ORDER BY occurred_at, event_id, topic, `partition`, `offset`, line
LIMIT {limit:UInt32}
