-- One page of the desk's inbox: findings with how their handling stands, most urgent first; what they say is told by
-- desk_told.sql, for these columns alone are read of all findings. An empty list or text means any.
-- `awaited`: where somebody is waited for, as `state:gravest:lead`; `account`: only what was handed to nobody else.
SELECT finding_id, severity, number, state, since, due, due_at, holder, late, acted_at, acted_by, step
FROM
(
    SELECT f.finding_id AS finding_id, f.rule AS rule, f.subject AS subject, f.case_id AS case_id, f.region AS region,
           f.department AS department, f.`window` AS `window`, f.detected_at AS detected_at, f.lead AS lead,
           ifNull(h.gravest, f.severity) AS gravest, ifNull(h.number, 0) AS number, ifNull(h.severity, f.severity) AS severity,
           ifNull(h.state, 'pending') AS state, ifNull(h.since, f.detected_at) AS since, ifNull(h.due, '') AS due,
           h.due_at AS due_at, ifNull(h.holder, '') AS holder, ifNull(h.late, 0) AS late, h.acted_at AS acted_at,
           ifNull(h.acted_by, '') AS acted_by, ifNull(h.step, '') AS step,
           multiIf(
               due_at <= {now:DateTime64(3, 'UTC')}, 0,
               severity = 3 AND state IN ('pending', 'issued'), 1,
               due_at <= {tonight:DateTime64(3, 'UTC')}, 2,
               due_at <= {soon:DateTime64(3, 'UTC')}, 3,
               4
           ) AS urgency
    FROM findings AS f FINAL
    LEFT ANY JOIN (SELECT * FROM handling FINAL) AS h ON f.finding_id = h.finding_id
    WHERE f.status = 'open' OR isNotNull(h.number)
)
WHERE (empty({states:Array(String)}) OR has({states:Array(String)}, state))
  AND (empty({awaited:Array(String)})
       OR has({awaited:Array(String)}, concat(state, ':', toString(gravest), ':', toString(toUInt8(lead)))))
  AND ({account:String} = '' OR holder = '' OR holder = {account:String})
  AND (NOT {overdue:UInt8} OR urgency = 0)
  AND (NOT {exposed:UInt8} OR finding_id IN (SELECT finding_id FROM exposures FINAL WHERE exposures.state != ''))
  AND (NOT {fresh:UInt8} OR state IN ('pending', 'issued'))
  AND (empty({severities:Array(UInt8)}) OR has({severities:Array(UInt8)}, severity))
  AND (empty({rules:Array(String)}) OR has({rules:Array(String)}, rule))
  AND (empty({departments:Array(String)}) OR has({departments:Array(String)}, department))
  AND (empty({windows:Array(String)}) OR has({windows:Array(String)}, `window`))
  AND (empty({regions:Array(String)}) OR has({regions:Array(String)}, region))
  AND ({holder:String} = '' OR holder = {holder:String})
  AND ({search:String} = ''
       OR positionCaseInsensitiveUTF8(concat(case_id, ' ', finding_id, ' ', if(has({hidden:Array(String)}, splitByChar(':', subject)[1]), '', subject)), {search:String}) > 0)
ORDER BY urgency, due_at ASC NULLS LAST, severity DESC, detected_at DESC, finding_id
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
