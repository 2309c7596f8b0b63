-- The events of windows' days and of cameras, in order of occurrence. An event that came twice is taken as it first came.
SELECT case_id, event_id, type, occurred_at, `window`, data
FROM (SELECT * EXCEPT raw, data FROM events WHERE case_id IN {cases:Array(String)} ORDER BY event_id, stored_at LIMIT 1 BY event_id)
ORDER BY case_id, occurred_at, event_id
