-- The years of which there are any sums.
SELECT DISTINCT toYear(start) AS year
FROM score_sums
WHERE grain = 'year'
ORDER BY year
