-- Entries of one retention class from before an instant that still have their body, by chain.
SELECT chain, groupArray(seq) AS places
FROM record
WHERE keep = {keep:String} AND toUnixTimestamp64Micro(at) < {before:Int64} AND (body != '' OR salt != '')
GROUP BY chain
ORDER BY chain
LIMIT {limit:UInt64}
