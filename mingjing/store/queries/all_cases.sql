-- All records, in case order.
SELECT case_id, raw, toUnixTimestamp64Micro(received_at) FROM events
WHERE case_id >= {since_case:String}
ORDER BY case_id
