-- All records of the open cases of some partitions, in case order; instants in microseconds.
SELECT case_id, raw, toUnixTimestamp64Micro(received_at) FROM events
WHERE case_id IN
(
    SELECT case_id FROM case_state FINAL
    WHERE topic = {topic:String} AND `partition` IN {partitions:Array(UInt32)} AND wake IS NOT NULL
)
ORDER BY case_id
