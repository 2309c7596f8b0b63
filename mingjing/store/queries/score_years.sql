-- The years in which there are score lines or sums.
SELECT DISTINCT toStartOfYear(day) AS start FROM score_lines
UNION DISTINCT
SELECT DISTINCT toStartOfYear(start) AS start FROM score_sums
ORDER BY start
