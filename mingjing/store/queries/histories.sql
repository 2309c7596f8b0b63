-- All records of these cases; instants in microseconds.
SELECT case_id, raw, toUnixTimestamp64Micro(received_at) FROM events
WHERE case_id IN {cases:Array(String)}
ORDER BY case_id, occurred_at, event_id
