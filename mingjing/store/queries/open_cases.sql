-- The cases of a partition that silence could change, with the instant in microseconds.
SELECT case_id, toUnixTimestamp64Micro(assumeNotNull(wake)) FROM case_state FINAL
WHERE topic = {topic:String} AND `partition` = {partition:UInt32} AND wake IS NOT NULL
ORDER BY case_id
