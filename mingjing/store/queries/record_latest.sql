-- Entries of the sealed record, the latest first. Empty lists, zeros and "" filter nothing.
SELECT chain, seq, toUnixTimestamp64Micro(at) AS instant, kind, actor, subject, number, case_id, region, department, `window`,
       officer, keep, digest, prev, hash, signature, salt, body
FROM record
WHERE (empty({kinds:Array(String)}) OR kind IN {kinds:Array(String)})
  AND (empty({subjects:Array(String)}) OR subject IN {subjects:Array(String)})
  AND (empty({cases:Array(String)}) OR case_id IN {cases:Array(String)})
  AND (empty({actors:Array(String)}) OR actor IN {actors:Array(String)})
  AND ({number:UInt32} = 0 OR number = {number:UInt32})
  AND ({chain:String} = '' OR chain = {chain:String})
  AND ({seq:UInt64} = 0 OR seq = {seq:UInt64})
  AND at >= {since:DateTime64(3, 'UTC')} AND at < {until:DateTime64(3, 'UTC')}
ORDER BY at DESC, chain, seq DESC
LIMIT {limit:UInt64}
