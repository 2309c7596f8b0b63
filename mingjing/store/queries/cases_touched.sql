-- The cases to which something of these types happened within a time, with all their records, in case order.
SELECT case_id, `partition`, raw, toUnixTimestamp64Micro(received_at) FROM events
WHERE topic = {topic:String} AND case_id IN (
    SELECT case_id FROM events
    WHERE topic = {topic:String} AND type IN {types:Array(String)}
      AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
)
ORDER BY case_id
