-- How far each source has been judged, and its latest event.
SELECT topic, `partition`, source, as_of, watermark
FROM progress FINAL
ORDER BY source, topic, `partition`
