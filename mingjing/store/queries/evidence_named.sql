-- Records of whatever cases by their event ids, like evidence_events.
SELECT event_id, raw, lower(hex(SHA256(raw))) AS sha256, received_at, topic, `partition`, `offset`, line
FROM events
WHERE event_id IN {event_ids:Array(String)}
ORDER BY occurred_at, event_id, topic, `partition`, `offset`, line
LIMIT {limit:UInt32}
