-- One dead letter, whole.
SELECT reason, raw, toUnixTimestamp64Milli(at) * 1000, file, topic, `partition`, `offset`, line
FROM dead_letters FINAL WHERE id = {id:String}
