-- The latest revision of each finding of these cases.
SELECT case_id, argMax(body, (revision, stored_at)) FROM finding_revisions
WHERE case_id IN {cases:Array(String)}
GROUP BY case_id, finding_id
