-- Lines that stand more than once, or less than never: two scorers wrote at a time, or a block was written twice.
SELECT subject, line, sum(sign) AS times FROM score_lines
GROUP BY subject, line
HAVING times NOT IN (0, 1)
LIMIT {limit:UInt32}
SETTINGS optimize_aggregation_in_order = 1
