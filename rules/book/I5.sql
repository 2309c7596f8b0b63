-- Per account: acts at two windows within minutes, and work outside 7:00–20:00 and on rest days.
-- What a source says was done online or by a machine is nobody's presence; nor is what was done at the supervisors' own desk.
WITH
    clashes AS (
        SELECT officer, count() AS n, groupArraySorted(4)(event_id) AS acts_of
        FROM (
            SELECT officer, event_id, occurred_at, `window`,
                   lagInFrame(`window`, 1, `window`) OVER w AS window_before,
                   lagInFrame(occurred_at, 1, occurred_at) OVER w AS before
            FROM facts
            WHERE officer != '' AND source != 'mingjing' AND `window` != '' AND occurred_at >= {since:DateTime64(3, 'UTC')}
              AND occurred_at < {until:DateTime64(3, 'UTC')}
            WINDOW w AS (PARTITION BY officer ORDER BY occurred_at, event_id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
        )
        WHERE window_before != `window` AND dateDiff('second', before, occurred_at) < {seconds:UInt32}
        GROUP BY officer
    ),
    totals AS (
        SELECT officer, min(department) AS unit, count() AS n FROM facts
        WHERE officer != '' AND source != 'mingjing' AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
        GROUP BY officer
    ),
    odd AS (
        SELECT officer, case_id, event_id, type
        FROM facts
        WHERE officer != '' AND source != 'mingjing' AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
          AND (toHour(toTimeZone(occurred_at, {zone:String})) NOT BETWEEN 7 AND 19
               OR toDate32(occurred_at, {zone:String}) IN (SELECT day FROM days WHERE NOT works))
    ),
    hours AS (
        SELECT o.officer AS officer, count() AS n, countIf(o.type IN ('decided', 'step_ended')) AS decided,
               countIf(c.case_type = 'urgent') AS hurried, groupArraySorted(4)(o.event_id) AS acts_of
        FROM odd AS o
        LEFT JOIN (SELECT case_id, case_type FROM cases WHERE case_type = 'urgent') AS c ON c.case_id = o.case_id
        GROUP BY officer
    )
SELECT
    t.officer AS subject, t.unit AS department, t.n AS acts,
    coalesce(h.n, 0) AS off_hours, coalesce(h.decided, 0) AS decisions, coalesce(c.n, 0) AS clashes,
    round(coalesce(h.hurried, 0) / greatest(off_hours, 1), 3) AS urgent_share,
    arrayConcat(coalesce(c.acts_of, []), coalesce(h.acts_of, [])) AS events
FROM totals AS t
LEFT JOIN hours AS h ON h.officer = t.officer
LEFT JOIN clashes AS c ON c.officer = t.officer
