-- Per department and measure of quality objectives 质量目标: how many there were on days of a span, and how many were as
-- promised. on_time: clocks of committed limits; first_time: applications told of gaps once at most; satisfied: ratings
-- that are at least 基本满意 (国办发〔2019〕51号); praised: those of four stars and more.
SELECT toString(unit) AS department, measure, toUInt64(count()) AS n, toUInt64(countIf(kept)) AS good
FROM
(
    SELECT any(department) AS unit,
           arrayJoin(multiIf(any(about) = 'committed', ['on_time'], any(about) = 'once', ['first_time'],
                             ['satisfied', 'praised'])) AS measure,
           if(measure = 'praised', any(key) >= 4, any(good) > 0) AS kept
    FROM score_lines
    WHERE about IN ('committed', 'once', 'rating') AND day >= {first:Date} AND day < {last:Date}
    GROUP BY subject, line
    HAVING sum(sign) > 0
)
WHERE unit != ''
GROUP BY unit, measure
ORDER BY department, measure
