-- All revisions in case order, a finding's latest one last.
SELECT case_id, finding_id, body FROM finding_revisions FINAL
WHERE case_id >= {since_case:String}
ORDER BY case_id, finding_id, revision
