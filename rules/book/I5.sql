-- Per account: acts at two windows within minutes, and work outside 7:00–20:00 and on rest days.
-- What a source says was done online or by a machine is nobody's presence.
WITH
    acts AS (
        SELECT officer, `window`, occurred_at, department, case_id, event_id, type,
               toHour(toTimeZone(occurred_at, {zone:String})) AS hour, toDate32(occurred_at, {zone:String}) AS on
        FROM facts
        WHERE officer != '' AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
    ),
    clashes AS (
        SELECT officer, count() AS clashes, groupArraySorted(8)(event_id) AS events
        FROM (
            SELECT officer, event_id, occurred_at, `window`,
                   lagInFrame(`window`, 1, `window`) OVER w AS window_before,
                   lagInFrame(occurred_at, 1, occurred_at) OVER w AS before
            FROM acts WHERE `window` != ''
            WINDOW w AS (PARTITION BY officer ORDER BY occurred_at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
        )
        WHERE window_before != `window` AND dateDiff('second', before, occurred_at) < {seconds:UInt32}
        GROUP BY officer
    ),
    hours AS (
        SELECT
            a.officer AS officer, min(a.department) AS department, count() AS acts,
            countIf(a.hour < 7 OR a.hour >= 20 OR NOT d.works) AS off_hours,
            countIf((a.hour < 7 OR a.hour >= 20 OR NOT d.works) AND a.type IN ('decided', 'step_ended')) AS decisions,
            countIf((a.hour < 7 OR a.hour >= 20 OR NOT d.works) AND c.case_type = 'urgent') AS urgent,
            groupArraySortedIf(8)(a.event_id, a.hour < 7 OR a.hour >= 20 OR NOT d.works) AS events
        FROM acts AS a
        INNER JOIN days AS d ON d.day = a.on
        LEFT JOIN cases AS c ON c.case_id = a.case_id
        GROUP BY officer
    )
SELECT
    h.officer AS subject, h.department AS department, h.acts AS acts, h.off_hours AS off_hours, h.decisions AS decisions,
    coalesce(c.clashes, 0) AS clashes,
    round(h.urgent / greatest(h.off_hours, 1), 3) AS urgent_share,
    arraySlice(arrayConcat(coalesce(c.events, []), h.events), 1, 8) AS events
FROM hours AS h
LEFT JOIN clashes AS c ON c.officer = h.officer
