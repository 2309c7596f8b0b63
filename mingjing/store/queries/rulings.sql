-- What was decided about findings, in the order in which it was decided; of these findings, or of these cases. Empty lists: all.
SELECT finding_id, case_id, outcome, severity, ruled_at, ruled_by, reason
FROM rulings FINAL
WHERE (empty({findings:Array(String)}) OR finding_id IN {findings:Array(String)})
  AND (empty({cases:Array(String)}) OR case_id IN {cases:Array(String)})
ORDER BY stored_at, finding_id
