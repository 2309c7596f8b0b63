-- How long cases of each item took against their committed limits in a span of whole months, as limit * 1000 + used in days.
SELECT toString(item) AS code, sumMap(pace) AS paces
FROM score_sums
WHERE grain = 'month' AND start >= {first:Date} AND start < {last:Date}
GROUP BY code
HAVING code != ''
ORDER BY code
