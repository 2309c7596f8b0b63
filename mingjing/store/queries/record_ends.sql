-- How far each chain of the sealed record has come, by what was noted beside the record.
SELECT chain, max(seq) AS last
FROM record_heads
GROUP BY chain
ORDER BY chain
