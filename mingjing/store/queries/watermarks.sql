-- How far each source has reported, over all partitions, in microseconds.
SELECT source, max(toUnixTimestamp64Micro(assumeNotNull(watermark))) AS reported FROM progress
WHERE topic = {topic:String} AND watermark IS NOT NULL
GROUP BY source
