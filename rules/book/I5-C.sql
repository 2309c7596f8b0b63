-- Per department with windows in force: days of the period without a chief representative or deputy, and with two chiefs at once.
WITH
    span AS (
        SELECT toDate32({since:DateTime64(3, 'UTC')}, {zone:String}) AS first,
               toDate32({until:DateTime64(3, 'UTC')} - INTERVAL 1 MILLISECOND, {zone:String}) AS last
    ),
    delegated AS (
        SELECT fields['unit'] AS unit, fields['officer'] AS officer, fields['kind'] AS kind, valid_from, valid_to
        FROM registers WHERE register = 'delegations'
    ),
    days AS (
        SELECT addDays(first, arrayJoin(range(toUInt32(dateDiff('day', first, last) + 1)))) AS day
        FROM span
        WHERE day >= (SELECT minOrNull(valid_from) FROM delegated)
    ),
    open AS (
        SELECT DISTINCT w.fields['department'] AS unit, d.day AS day
        FROM registers AS w CROSS JOIN days AS d
        WHERE w.register = 'windows' AND w.fields['department'] != '' AND w.valid_from <= d.day AND d.day <= w.valid_to
    ),
    held AS (
        SELECT o.unit AS unit, o.day AS day,
               uniqExactIf(g.officer, g.kind = 'chief' AND g.valid_from <= o.day AND o.day <= g.valid_to) AS chiefs,
               countIf(g.kind != '' AND g.valid_from <= o.day AND o.day <= g.valid_to) AS holders
        FROM open AS o LEFT JOIN delegated AS g ON g.unit = o.unit
        GROUP BY o.unit, o.day
    )
SELECT
    unit AS subject, unit AS department,
    countIf(holders = 0) AS vacant_days, if(vacant_days > 0, toString(minIf(day, holders = 0)), '') AS vacant_from,
    countIf(chiefs > 1) AS double_days, if(double_days > 0, toString(minIf(day, chiefs > 1)), '') AS double_from
FROM held
GROUP BY unit
HAVING vacant_days > 0 OR double_days > 0
