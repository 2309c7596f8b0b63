-- The last record of each partition of a topic that the store has.
SELECT `partition`, max(`offset`) AS last FROM events WHERE topic = {topic:String} GROUP BY `partition`
