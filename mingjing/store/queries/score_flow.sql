-- How many cases were opened and closed on each day of a span; the row without a day: all that came before it.
SELECT if(start < {first:Date}, toDate(0), start) AS day, sum(opened) AS opened, sum(closed) AS closed
FROM score_sums
WHERE grain = 'day' AND start < {last:Date}
  AND (empty({regions:Array(String)}) OR region IN {regions:Array(String)})
  AND (empty({departments:Array(String)}) OR department IN {departments:Array(String)})
  AND (empty({windows:Array(String)}) OR `window` IN {windows:Array(String)})
GROUP BY day
HAVING opened != 0 OR closed != 0
ORDER BY day
