-- When the last event of each hour was stored; a correction speaks for the hour of what it corrects, too.
SELECT hour, max(stored) AS stored
FROM (
    SELECT toStartOfHour(occurred_at) AS hour, max(stored_at) AS stored
    FROM events GROUP BY toStartOfHour(occurred_at)
    UNION ALL
    SELECT toStartOfHour(o.occurred_at), max(c.stored_at)
    FROM events AS o
    INNER JOIN (SELECT case_id, corrects, stored_at FROM events WHERE corrects != '') AS c
        ON o.case_id = c.case_id AND o.event_id = c.corrects
    GROUP BY toStartOfHour(o.occurred_at)
)
GROUP BY hour
ORDER BY hour
