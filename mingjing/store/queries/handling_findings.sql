-- Findings as last published, whole, by their ids.
SELECT finding_id, body AS whole
FROM findings FINAL
WHERE finding_id IN {findings:Array(String)}
