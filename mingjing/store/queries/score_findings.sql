-- The latest revisions of findings that belong to no case. Empty list: all of them.
SELECT finding_id, argMax(body, (revision, stored_at)) FROM finding_revisions
WHERE case_id = '' AND (empty({findings:Array(String)}) OR finding_id IN {findings:Array(String)})
GROUP BY finding_id
