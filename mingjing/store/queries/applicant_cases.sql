-- The cases of the applicants of these cases, the latest first; who they are is not told. Found by an index over the applicant's
-- pseudonym (migration 0008), so that few records are read.
SELECT case_id, max(occurred_at) AS last_at
FROM events
WHERE JSONExtractString(raw, 'data', 'applicant') IN
(
    SELECT JSONExtractString(raw, 'data', 'applicant') AS applicant FROM events
    WHERE case_id IN {cases:Array(String)} AND applicant != ''
)
GROUP BY case_id
ORDER BY last_at DESC, case_id
LIMIT {limit:UInt32}
