-- Per account: what was written down more than a day after it happened, beyond what is agreed with the source and apart
-- from declared outages; and whether that was typed in together, whole cases at a time.
WITH
    spans AS (SELECT source, groupArray((since, until)) AS spans FROM outages GROUP BY source),
    acts AS (
        SELECT
            f.officer AS officer, f.case_id AS case_id, f.type AS type, f.occurred_at AS occurred_at,
            f.event_id AS event_id,
            assumeNotNull(f.recorded_at) AS recorded,
            dateDiff('second', f.occurred_at, recorded) AS lag,
            arraySum(one -> greatest(0, dateDiff('second', greatest(f.occurred_at, one.1), least(recorded, one.2))),
                     coalesce(o.spans, [])) AS out,
            greatest({lag_seconds:Float64}, coalesce(a.lag_seconds, 0)) AS agreed
        FROM (
            SELECT * FROM facts
            WHERE source != 'mingjing' AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
              AND recorded_at IS NOT NULL AND recorded_at > occurred_at + toIntervalHour(1) AND officer != ''
        ) AS f
        LEFT JOIN agreements AS a ON a.source = f.source
        LEFT JOIN spans AS o ON o.source = f.source
    ),
    late AS (SELECT *, toStartOfInterval(recorded, INTERVAL 10 MINUTE) AS session FROM acts WHERE lag - out > agreed),
    sessions AS (
        SELECT officer, session, uniqExact(case_id) AS together, uniqExactIf(case_id, type = 'decided') AS decided_before
        FROM late GROUP BY officer, session
    ),
    totals AS (
        SELECT officer, uniqExact(cityHash64(case_id)) AS n, min(department) AS unit
        FROM facts
        WHERE source != 'mingjing' AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')} AND officer != ''
        GROUP BY officer
    ),
    excused AS (SELECT officer, uniqExact(case_id) AS n FROM acts WHERE lag > 86400 AND lag - out <= agreed
                GROUP BY officer)
SELECT
    t.officer AS subject, t.unit AS department, t.n AS handled,
    uniqExact(l.case_id) AS late_cases,
    coalesce(min(s.bulk), 0) AS bulk_cases,
    coalesce(min(s.times), 0) AS bulk_sessions,
    uniqExactIf(l.case_id, l.type = 'decided') AS decided_before,
    coalesce(min(e.n), 0) AS excused,
    round(excused / (excused + late_cases + 0.001), 3) AS excused_share,
    groupArraySorted(5)(l.event_id) AS events
FROM totals AS t
LEFT JOIN late AS l ON l.officer = t.officer
LEFT JOIN (SELECT officer, sumIf(together, together >= {together:UInt32}) AS bulk,
                  countIf(together >= {together:UInt32}) AS times FROM sessions GROUP BY officer) AS s
    ON s.officer = t.officer
LEFT JOIN excused AS e ON e.officer = t.officer
GROUP BY t.officer, t.unit, t.n
