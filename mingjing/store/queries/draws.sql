-- Draws of experts 专家抽取 that occurred within a time, the latest first: each once, and not those that a later record corrects.
-- `told` is not masked: a draw is repeated with the codes as they are, and masked by who shows it.
SELECT event_id, case_id, occurred_at, toString(department) AS department, toString(officer) AS officer,
       JSONExtractRaw(raw, 'data') AS told
FROM
(
    SELECT * FROM events
    WHERE type = 'expert_drawn'
      AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
    ORDER BY event_id, stored_at
    LIMIT 1 BY event_id
)
WHERE event_id NOT IN (SELECT corrects FROM events WHERE type = 'expert_drawn' AND corrects != '')
ORDER BY occurred_at DESC, event_id
LIMIT {limit:UInt32}
