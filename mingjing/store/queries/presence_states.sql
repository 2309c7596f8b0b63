-- Where the worker stood with the presence samples of each partition.
SELECT `partition`, state
FROM presence_state FINAL
WHERE topic = {topic:String}
