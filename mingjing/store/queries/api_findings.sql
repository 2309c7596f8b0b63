-- Findings in their latest revisions in the order in which they were published, after a place in that order.
-- What was stored in the last two seconds waits: an insert under way beside it could still come before it.
SELECT finding_id, stored_at, body
FROM findings FINAL
WHERE (stored_at > {since:DateTime64(3, 'UTC')} OR (stored_at = {since:DateTime64(3, 'UTC')} AND finding_id > {after:String}))
  AND stored_at <= now64(3) - toIntervalMillisecond({settle:UInt32})
  AND (empty({severities:Array(UInt8)}) OR has({severities:Array(UInt8)}, severity))
  AND (empty({statuses:Array(String)}) OR has({statuses:Array(String)}, status))
  AND (empty({rules:Array(String)}) OR has({rules:Array(String)}, rule))
  AND (empty({regions:Array(String)}) OR has({regions:Array(String)}, region))
  AND (empty({departments:Array(String)}) OR has({departments:Array(String)}, department))
  AND (empty({windows:Array(String)}) OR has({windows:Array(String)}, `window`))
  AND (empty({items:Array(String)}) OR has({items:Array(String)}, item))
  AND ({nature:String} = '' OR lead = ({nature:String} = 'lead'))
ORDER BY stored_at, finding_id
LIMIT {limit:UInt32}
