-- Per reviewer: findings taken back 撤牌 in the period, when, and whether for one and the same fault.
WITH
    revoked AS (
        SELECT
            JSONExtractString(data, 'reviewer') AS reviewer, JSONExtractString(data, 'rule') AS rule,
            JSONExtractInt(data, 'severity') AS severity, JSONExtractString(data, 'reason') AS reason,
            if(department = '', JSONExtractString(data, 'unit'), department) AS unit, event_id, toDate32(occurred_at, {zone:String}) AS on
        FROM facts
        WHERE type = 'finding_revoked'
          AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
    ),
    days_of AS (SELECT reviewer, on, count() AS n FROM revoked GROUP BY reviewer, on),
    faults AS (SELECT reviewer, max(n) AS n FROM (
        SELECT reviewer, rule, unit, on, count() AS n FROM revoked GROUP BY reviewer, rule, unit, on)
        GROUP BY reviewer),
    reasons AS (SELECT reviewer, max(n) AS n FROM (
        SELECT reviewer, reason, count() AS n FROM revoked WHERE reason != '' GROUP BY reviewer, reason)
        GROUP BY reviewer)
SELECT
    r.reviewer AS subject,
    count() AS revoked,
    ((SELECT count() FROM revoked) - revoked)
        / greatest((SELECT uniqExact(reviewer) FROM revoked) - 1, 1) AS usual,
    countIf(addDays(r.on, {last_days:Int32}) > toLastDayOfMonth(r.on)) AS at_month_end,
    {last_days:Int32} / 30 AS month_end_usual,
    max(d.n) AS most_in_a_day,
    round(max(f.n) / revoked, 3) AS one_fault_share,
    round(max(q.n) / revoked, 3) AS one_reason_share,
    groupArraySorted(8)(r.event_id) AS events
FROM revoked AS r
LEFT JOIN days_of AS d ON d.reviewer = r.reviewer AND d.on = r.on
LEFT JOIN faults AS f ON f.reviewer = r.reviewer
LEFT JOIN reasons AS q ON q.reviewer = r.reviewer
WHERE r.reviewer != ''
GROUP BY r.reviewer
