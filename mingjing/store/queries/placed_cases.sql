-- All records of a topic with their partition, in case order; instants in microseconds.
SELECT case_id, `partition`, raw, toUnixTimestamp64Micro(received_at) FROM events
WHERE topic = {topic:String}
ORDER BY case_id
