-- Per quality objective in force at the end of the period: how many of the unit's cases there were on its days, and how many were as it
-- promises. Cases are those decided in the period (satisfied, praised: valid ratings in it); limits in working days, without extended ones.
WITH
    toDate({until:DateTime64(3, 'UTC')} - toIntervalSecond(1), {zone:String}) AS last_day,
    aims AS (
        SELECT code, fields['unit'] AS unit, fields['measure'] AS measure, toFloat64OrZero(fields['target']) AS target,
               valid_from
        FROM registers
        WHERE register = 'objectives' AND valid_from <= last_day AND valid_to >= last_day
    ),
    corrected AS (
        SELECT case_id FROM facts WHERE type = 'correction_notified' GROUP BY case_id HAVING count() > 1
    ),
    decided AS (
        SELECT case_id, department, toDate32(decided_at, {zone:String}) AS day,
               used_days <= committed_days AS in_time,
               in_time IS NOT NULL AND case_type != 'immediate' AND extensions = 0 AS timed
        FROM cases
        WHERE accepted_at IS NOT NULL AND matter = 'permit'
          AND decided_at >= {since:DateTime64(3, 'UTC')} AND decided_at < {until:DateTime64(3, 'UTC')}
    ),
    told AS (
        SELECT department, 'on_time' AS about, day, in_time = 1 AS good FROM decided WHERE timed
        UNION ALL
        SELECT department, 'first_time', day, case_id NOT IN (SELECT case_id FROM corrected) FROM decided
        UNION ALL
        SELECT department, least.1, toDate32(occurred_at, {zone:String}), JSONExtractInt(data, 'stars') >= least.2
        FROM facts ARRAY JOIN [('satisfied', 3), ('praised', 4)] AS least
        WHERE type = 'rated' AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
          AND JSONExtractInt(data, 'stars') BETWEEN 1 AND 5
          AND case_id NOT IN (
              SELECT case_id FROM facts
              WHERE type = 'rating_reviewed' AND JSONExtractString(data, 'result') = 'invalid'
          )
    )
SELECT
    a.code AS subject, a.unit AS department, a.measure AS measure, a.target AS target,
    countIf(t.department != '' AND t.day >= a.valid_from) AS n,
    countIf(t.department != '' AND t.day >= a.valid_from AND t.good) AS kept,
    round(kept / greatest(n, 1), 4) AS share,
    [] :: Array(String) AS events
FROM aims AS a
LEFT JOIN told AS t ON t.department = a.unit AND t.about = a.measure
GROUP BY a.code, a.unit, a.measure, a.target
