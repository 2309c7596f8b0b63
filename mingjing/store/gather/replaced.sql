-- The events that another one corrects; of several corrections of one event all but the one written down last.
INSERT INTO replaced
WITH corrections AS (SELECT corrects, event_id, recorded_at, occurred_at FROM events
                     WHERE corrects != '' AND corrects != event_id)
SELECT corrects FROM corrections
UNION ALL
SELECT arrayJoin(arrayPopBack(arrayMap(
    one -> one.2, arraySort(groupUniqArray((coalesce(recorded_at, occurred_at), event_id))))))
FROM corrections GROUP BY corrects HAVING uniqExact(event_id) > 1
