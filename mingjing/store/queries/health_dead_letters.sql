-- The latest records that could not be read, the start of each as it was received.
SELECT at, topic, `partition`, `offset`, line, file, reason, substring(raw, 1, 400) AS raw, length(raw) AS length
FROM dead_letters FINAL
ORDER BY at DESC, topic, `partition`, `offset`, line
LIMIT {limit:UInt32}
