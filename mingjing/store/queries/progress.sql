-- How far each source of a partition has come, in microseconds.
SELECT source, toUnixTimestamp64Micro(as_of), toUnixTimestamp64Micro(watermark), lag FROM progress FINAL
WHERE topic = {topic:String} AND `partition` = {partition:UInt32}
