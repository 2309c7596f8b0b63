-- Where one rule finds most: departments, with what became of it.
SELECT department, countIf(status = 'open') AS open, countIf(status = 'resolved') AS resolved,
       countIf(status = 'withdrawn') AS withdrawn
FROM findings FINAL
WHERE rule = {rule:String}
GROUP BY department
ORDER BY open + resolved DESC, department
LIMIT {limit:UInt32}
