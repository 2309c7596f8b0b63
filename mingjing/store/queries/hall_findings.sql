-- The latest revision of the findings of windows' days.
SELECT case_id, body FROM finding_revisions FINAL
WHERE case_id IN {cases:Array(String)}
ORDER BY case_id, finding_id, revision DESC
LIMIT 1 BY case_id, finding_id
