-- How fresh the data are as a whole: one row, its instants NULL when there is nothing yet.
SELECT
    seen.events AS events,
    if(seen.events = 0, NULL, seen.last_event_at) AS last_event_at,
    if(seen.events = 0, NULL, seen.last_stored_at) AS last_stored_at,
    if(told.sources = 0, NULL, told.as_of) AS as_of,
    if(told.sources = 0, NULL, told.watermark) AS watermark
FROM
    (SELECT count() AS events, max(occurred_at) AS last_event_at, max(stored_at) AS last_stored_at FROM events) AS seen
    CROSS JOIN
    (SELECT count() AS sources, min(as_of) AS as_of, max(watermark) AS watermark FROM progress AS row FINAL
     WHERE row.as_of > '1900-01-01') AS told  -- a source whose time has not begun
