-- One finding in its latest revision.
SELECT finding_id, stored_at, body FROM findings FINAL WHERE finding_id = {finding_id:String}
