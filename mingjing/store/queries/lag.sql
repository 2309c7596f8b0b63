-- How fresh each source's data are. `as_of`: how far time has passed for the source, by its slowest
-- partition; `watermark`: its latest event by its own clock. NULL: the worker has not said yet.
SELECT
    source, seen.events AS events, seen.last_event_at AS last_event_at, seen.last_stored_at AS last_stored_at,
    told.as_of AS as_of, told.watermark AS watermark
FROM
(
    SELECT toString(source) AS source, count() AS events, max(occurred_at) AS last_event_at,
           max(stored_at) AS last_stored_at
    FROM events WHERE source != 'mingjing' GROUP BY source
) AS seen
LEFT JOIN
(
    SELECT source, min(as_of) AS as_of, max(watermark) AS watermark FROM progress AS row FINAL
    WHERE row.as_of > '1900-01-01'  -- it has reported, and its time has not begun
    GROUP BY source
) AS told USING source
ORDER BY source
