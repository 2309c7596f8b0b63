-- Every revision of a case's findings, each whole as JSON in `body`.
SELECT finding_id, revision, stored_at, body FROM finding_revisions FINAL
WHERE case_id = {case_id:String}
ORDER BY finding_id, revision
