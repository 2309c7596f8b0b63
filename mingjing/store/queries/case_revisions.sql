-- Every revision of a case's findings, each whole as JSON in `body`; only of findings that are within the
-- scope as they last were.
SELECT finding_id, revision, stored_at, body FROM finding_revisions FINAL
WHERE case_id = {case_id:String} AND finding_id IN (SELECT finding_id FROM findings FINAL WHERE case_id = {case_id:String})
ORDER BY finding_id, revision
