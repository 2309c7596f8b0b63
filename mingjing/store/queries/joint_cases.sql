-- Joint cases 并联 that ended in a span of days: the sum of the units' limits, the days that they took, and the committed limit
-- of the case itself (0: none), the longest first.
WITH joint AS
(
    SELECT subject, line, any(day) AS on, any(item) AS of_item, any(region) AS of_region, any(department) AS of_department,
           any(n) AS serial, any(good) AS elapsed
    FROM score_lines
    WHERE about = 'parallel' AND day >= {first:Date} AND day < {last:Date}
      AND (empty({regions:Array(String)}) OR region IN {regions:Array(String)})
      AND (empty({departments:Array(String)}) OR department IN {departments:Array(String)})
    GROUP BY subject, line
    HAVING sum(sign) > 0
)
SELECT joint.subject AS case, on AS day, toString(of_item) AS item, toString(of_region) AS region,
       toString(of_department) AS department, toFloat64(serial) AS serial, toFloat64(elapsed) AS elapsed,
       toFloat64(paces.promised) AS limit
FROM joint
LEFT JOIN
(
    SELECT subject, max(standing) AS promised
    FROM
    (
        SELECT subject, line, any(intDiv(key, 1000)) AS standing
        FROM score_lines
        WHERE about = 'pace' AND subject IN (SELECT subject FROM joint)
        GROUP BY subject, line
        HAVING sum(sign) > 0
    )
    GROUP BY subject
) AS paces ON paces.subject = joint.subject
ORDER BY elapsed - serial DESC, case
LIMIT {limit:UInt32}
