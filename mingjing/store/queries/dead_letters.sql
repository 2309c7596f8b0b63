-- Records that could not be read, the newest first. `raw` is cut; `Store.dead_letter(id)` has all of it.
SELECT
    id, at, reason, topic, `partition`, `offset`, line, file, length(raw) AS bytes,
    toValidUTF8(substring(raw, 1, 500)) AS raw, if(retried_at > 0, retried_at, NULL) AS retried_at, stored_at
FROM dead_letters FINAL
WHERE at >= {since:DateTime64(3, 'UTC')} AND at <= {until:DateTime64(3, 'UTC')}
ORDER BY at DESC, id
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
