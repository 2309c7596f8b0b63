-- Per window: runs of cases of one applicant and one item, entered one after the other on the same day.
WITH
    entered AS (
        SELECT
            `window`, department, applicant, item, case_id, first_at, channel, case_type,
            dateDiff('second', lagInFrame(first_at, 1, toDateTime64(0, 3, 'UTC')) OVER w, first_at) AS gap
        FROM cases
        WHERE applicant != '' AND `window` != ''
          AND first_at >= {since:DateTime64(3, 'UTC')} AND first_at < {until:DateTime64(3, 'UTC')}
        WINDOW w AS (PARTITION BY `window`, applicant, item, toDate32(first_at, {zone:String}) ORDER BY first_at, case_id
                     ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
    ),
    runs AS (
        SELECT `window`, applicant, item, toDate32(first_at, {zone:String}) AS on,
               1 + countIf(gap <= {seconds:UInt32}) AS pieces,
               countIf(channel = 'agent') / count() AS by_agent, min(case_type) AS case_type,
               groupArraySorted(4)(case_id) AS cases
        FROM entered GROUP BY `window`, applicant, item, on
    ),
    totals AS (SELECT `window`, min(department) AS department, count() AS handled FROM entered GROUP BY `window`)
SELECT
    t.`window` AS subject, t.department AS department, t.handled AS handled,
    countIf(r.pieces >= {pieces:UInt32}) AS bundles,
    sumIf(r.pieces, r.pieces >= {pieces:UInt32}) AS pieces_in_bundles,
    maxIf(r.pieces, r.pieces >= {pieces:UInt32}) AS largest,
    round(avgIf(r.by_agent, r.pieces >= {pieces:UInt32}), 3) AS agent_share,
    arraySlice(arraySort(arrayFlatten(groupArrayIf(r.cases, r.pieces >= {pieces:UInt32}))), 1, 12) AS cases
FROM totals AS t
INNER JOIN runs AS r ON r.`window` = t.`window`
GROUP BY t.`window`, t.department, t.handled
