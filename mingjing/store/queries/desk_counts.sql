-- How many findings stand in each of the desk's queues, for one person's roles; see desk_rows.sql.
SELECT countIf(waits) AS mine, countIf(due_at <= {now:DateTime64(3, 'UTC')} AND going) AS overdue,
       countIf(severity = 3 AND state IN ('pending', 'issued')) AS red, countIf(going) AS open, countIf(NOT going) AS done,
       countIf(exposure AND state IN ('verified', 'closed')) AS exposed
FROM
(
    SELECT ifNull(h.severity, f.severity) AS severity, ifNull(h.state, 'pending') AS state, h.due_at AS due_at,
           f.finding_id IN (SELECT finding_id FROM exposures FINAL WHERE state != '') AS exposure,
           NOT has({ended:Array(String)}, state) AS going,
           has({awaited:Array(String)}, concat(state, ':', toString(ifNull(h.gravest, f.severity)), ':', toString(toUInt8(f.lead))))
               AND (ifNull(h.holder, '') = '' OR h.holder = {account:String}) AS waits
    FROM findings AS f FINAL
    LEFT ANY JOIN (SELECT finding_id, state, severity, gravest, due_at, holder FROM handling FINAL) AS h
        ON f.finding_id = h.finding_id
    WHERE f.status = 'open' OR isNotNull(h.state)
)
