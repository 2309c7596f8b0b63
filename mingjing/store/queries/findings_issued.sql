-- When findings were first published.
SELECT finding_id, min(detected_at) AS issued
FROM finding_revisions
WHERE finding_id IN {findings:Array(String)}
GROUP BY finding_id
