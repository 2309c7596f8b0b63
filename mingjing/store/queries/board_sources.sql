-- How far each source has been judged, its latest event, and the lag agreed with it in microseconds (NULL: not told).
SELECT topic, `partition`, source, as_of, watermark, lag
FROM progress FINAL
WHERE source != 'mingjing'  -- the worker's own reports on connectors
  AND as_of > '1900-01-01'  -- a source whose time has not begun
ORDER BY source, topic, `partition`
