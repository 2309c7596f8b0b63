-- All records of a partition's open cases, in case order.
SELECT case_id, raw, toUnixTimestamp64Micro(received_at) FROM events
WHERE case_id IN
(
    SELECT case_id FROM case_state FINAL
    WHERE topic = {topic:String} AND `partition` = {partition:UInt32} AND wake IS NOT NULL
)
ORDER BY case_id
