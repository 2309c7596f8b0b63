-- The chains of the record that have gone on beyond where somebody who follows it stands, and where that is (0: never).
SELECT chain, max(last) AS head, max(known) AS seq
FROM (
    SELECT chain, seq AS last, toUInt64(0) AS known FROM record_heads
    UNION ALL
    SELECT chain, toUInt64(0) AS last, seq AS known FROM record_reached WHERE work = {work:String}
)
GROUP BY chain
HAVING head > seq
ORDER BY chain
