-- One page of a case's events in order of occurrence; `event_ids` picks single ones. An event that came twice is
-- shown as it first came. `corrected_by`: the event that replaces it, or ''.
SELECT
    event_id, type, occurred_at, recorded_at, received_at, source, item, item_version, region, department, `window`,
    officer, channel, corrects, corrected_by, data
FROM
(
    SELECT * EXCEPT raw, data FROM events
    WHERE case_id = {case_id:String}
    ORDER BY event_id, stored_at
    LIMIT 1 BY event_id
) AS once
LEFT JOIN
(
    SELECT corrects AS corrected, min(event_id) AS corrected_by FROM events
    WHERE case_id = {case_id:String} AND corrects != ''
    GROUP BY corrects
) AS corrections ON once.event_id = corrections.corrected
WHERE empty({event_ids:Array(String)}) OR has({event_ids:Array(String)}, event_id)
ORDER BY occurred_at, event_id
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
SETTINGS join_use_nulls = 0
