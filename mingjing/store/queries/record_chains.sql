-- The whole sealed record, chain by chain.
SELECT chain, seq, toUnixTimestamp64Micro(at) AS instant, kind, actor, subject, number, case_id, region, department, `window`,
       officer, keep, digest, prev, hash, signature, salt, body
FROM record
ORDER BY chain, seq, hash
SETTINGS max_bytes_before_external_sort = 300000000, max_block_size = 8192
