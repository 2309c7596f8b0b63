-- Leads that have something in common with a case: an officer, a window, an item, the applicant (`cases`), or whom they are about.
SELECT finding_id, body
FROM findings FINAL
WHERE lead AND status != 'withdrawn'
  AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
  AND (has({officers:Array(String)}, officer) OR has({windows:Array(String)}, `window`) OR has({items:Array(String)}, item)
       OR has({cases:Array(String)}, case_id) OR has({subjects:Array(String)}, subject))
ORDER BY score DESC, occurred_at DESC, finding_id
LIMIT {limit:UInt32}
