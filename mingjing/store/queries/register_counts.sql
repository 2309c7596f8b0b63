-- How many rows each register has, and how many of them are in force on a day.
SELECT toString(register) AS register, count() AS rows,
       countIf(valid_from <= {day:Date32} AND {day:Date32} <= valid_to) AS in_force
FROM registers FINAL
WHERE NOT gone
GROUP BY register
ORDER BY register
