-- Questions to the online duty room 网上值班室 out of some cases, with whose they are now and what ended the wait, as rule Q1-D has it;
-- `live`: asked while somebody was on duty. One sent back 退单 and not dispatched again waits for nobody.
SELECT case_id AS case,
       toString(argMaxIf(department, occurred_at, type = 'wo_received')) AS department,
       minIf(occurred_at, type = 'wo_received') AS asked_at,
       max(type = 'wo_received' AND JSONExtractBool(raw, 'data', 'live')) = 1 AS live,
       minOrNullIf(occurred_at, type NOT IN ('wo_received', 'wo_returned')) AS replied_at
FROM events
WHERE case_id IN {cases:Array(String)}
  AND type IN ('wo_received', 'wo_returned', 'wo_replied', 'wo_closed', 'wo_merged', 'closed', 'withdrawn', 'terminated')
  AND event_id NOT IN (SELECT corrects FROM events WHERE case_id IN {cases:Array(String)} AND corrects != '')
GROUP BY case_id
HAVING countIf(type = 'wo_received') > 0
   AND (replied_at IS NOT NULL
        OR maxIf(occurred_at, type = 'wo_returned') <= maxIf(occurred_at, type = 'wo_received'))
ORDER BY asked_at DESC, case
