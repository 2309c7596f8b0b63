-- What was recorded in some chains beyond some places in them (`reached`, in the order of `chains`), in the order of storing: what
-- was written after somebody saw another entry comes after it. Bodies of acts and entered events only.
SELECT chain, seq, kind, at, actor, subject, number, case_id, region, department, `window`, officer,
       if(kind IN ('act', 'event'), body, '') AS body
FROM record
WHERE chain IN {chains:Array(String)} AND seq > transform(chain, {chains:Array(String)}, {reached:Array(UInt64)}, toUInt64(0))
ORDER BY stored_at, chain, seq
LIMIT {limit:UInt32}
