-- The latest event ids that came with two contents.
SELECT case_id, event_id, kept, refused, stored_at
FROM conflicts FINAL
ORDER BY stored_at DESC, case_id, event_id
LIMIT {limit:UInt32}
