-- The last entry of each chain of the sealed record, as it is stored.
SELECT chain, max(seq) AS last, argMax(hash, seq) AS tip
FROM record
GROUP BY chain
ORDER BY chain
SETTINGS max_bytes_before_external_group_by = 300000000
