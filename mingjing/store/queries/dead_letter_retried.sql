-- Notes that a dead letter was published again.
INSERT INTO dead_letters (topic, `partition`, `offset`, line, file, at, reason, raw, retried_at)
SELECT topic, `partition`, `offset`, line, file, at, reason, raw, {retried_at:DateTime64(3, 'UTC')}
FROM dead_letters FINAL WHERE id = {id:String}
