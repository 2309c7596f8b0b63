-- Per quality objective in force at the end of the period: how many of the unit's cases there were, and how many were as
-- it promises. Cases are those decided in the period (satisfied: those rated in it); limits without pauses, in working days.
WITH
    toDate({until:DateTime64(3, 'UTC')} - toIntervalSecond(1), {zone:String}) AS last_day,
    aims AS (
        SELECT code, fields['unit'] AS unit, fields['measure'] AS measure, toFloat64OrZero(fields['target']) AS target
        FROM registers
        WHERE register = 'objectives' AND valid_from <= last_day AND valid_to >= last_day
    ),
    corrected AS (
        SELECT case_id FROM facts WHERE type = 'correction_notified' GROUP BY case_id HAVING count() > 1
    ),
    decided AS (
        SELECT
            department, count() AS cases,
            countIf(committed_days IS NOT NULL AND used_days IS NOT NULL AND case_type != 'immediate') AS timed,
            countIf(used_days <= committed_days AND case_type != 'immediate') AS in_time,
            countIf(case_id NOT IN (SELECT case_id FROM corrected)) AS at_once
        FROM cases
        WHERE accepted_at IS NOT NULL AND matter = 'permit'
          AND decided_at >= {since:DateTime64(3, 'UTC')} AND decided_at < {until:DateTime64(3, 'UTC')}
        GROUP BY department
    ),
    stars AS (
        SELECT department, count() AS ratings, countIf(JSONExtractInt(data, 'stars') >= 4) AS praised
        FROM facts
        WHERE type = 'rated' AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
        GROUP BY department
    )
SELECT
    a.code AS subject, a.unit AS department, a.measure AS measure, a.target AS target,
    ifNull(multiIf(a.measure = 'on_time', d.timed, a.measure = 'first_time', d.cases, s.ratings), 0) AS n,
    ifNull(multiIf(a.measure = 'on_time', d.in_time, a.measure = 'first_time', d.at_once, s.praised), 0) AS kept,
    round(kept / greatest(n, 1), 4) AS share,
    [] :: Array(String) AS events
FROM aims AS a
LEFT JOIN decided AS d ON d.department = a.unit
LEFT JOIN stars AS s ON s.department = a.unit
