-- Numbers of a subject that more than one entry of the sealed record has.
SELECT kind, subject, number, groupArray(10)((chain, seq)) AS places
FROM record
WHERE number > 0
GROUP BY kind, subject, number
HAVING count() > 1
ORDER BY kind, subject, number
LIMIT {limit:UInt64}
SETTINGS optimize_aggregation_in_order = 1, max_bytes_before_external_group_by = 300000000
