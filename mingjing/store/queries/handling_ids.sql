-- The findings about which anything was done, or that have a row, in the order of their ids.
SELECT DISTINCT finding_id FROM
(
    SELECT finding_id FROM handling
    UNION ALL
    SELECT subject AS finding_id FROM record WHERE kind = 'act'
)
ORDER BY finding_id
