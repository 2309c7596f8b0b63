-- Every revision of one finding, latest first, each whole as JSON in `body`.
SELECT revision, stored_at, body FROM finding_revisions FINAL
WHERE finding_id = {finding_id:String}
ORDER BY revision DESC
