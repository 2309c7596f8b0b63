-- Which records of a partition the store has, from an offset on.
SELECT `offset`, line FROM events
WHERE topic = {topic:String} AND `partition` = {partition:UInt32} AND `offset` >= {from_offset:UInt64}
UNION ALL
SELECT `offset`, line FROM dead_letters
WHERE topic = {topic:String} AND `partition` = {partition:UInt32} AND `offset` >= {from_offset:UInt64}
