-- What happened in some cases of a log 台账: each event once, corrections in place of what they correct, in order of occurrence.
SELECT event_id, case_id, toString(type) AS type, occurred_at, toString(department) AS department,
       toString(`window`) AS window, toString(officer) AS officer, data
FROM events
WHERE case_id IN {cases:Array(String)} AND type IN {types:Array(String)}
  AND event_id NOT IN (SELECT corrects FROM events WHERE case_id IN {cases:Array(String)} AND corrects != '')
ORDER BY occurred_at, event_id
LIMIT 1 BY event_id
