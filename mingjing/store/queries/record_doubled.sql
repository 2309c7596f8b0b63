-- Numbers of a subject that more than one entry of the sealed record has. Not the first act of a finding that a person did while
-- the service sent out many at once: the person's counts.
SELECT kind, subject, number, groupArray(10)((chain, seq)) AS places
FROM record
WHERE number > 0
GROUP BY kind, subject, number
HAVING count() > 1
   AND NOT (kind = 'act' AND number = 1 AND count() = 2 AND countIf(startsWith(actor, 'system:')) = 1)
ORDER BY kind, subject, number
LIMIT {limit:UInt64}
SETTINGS optimize_aggregation_in_order = 1, max_bytes_before_external_group_by = 300000000
