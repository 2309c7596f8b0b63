-- How far each source has been judged, its latest event, and the lag agreed with it in microseconds (NULL: not told).
SELECT topic, `partition`, source, as_of, watermark, lag
FROM progress FINAL
WHERE source != 'mingjing'  -- the worker's own reports on connectors
ORDER BY source, topic, `partition`
