-- The first and the last event, and how far the workers have come, if any of them is at work.
SELECT
    (SELECT minOrNull(occurred_at) FROM events) AS first,
    (SELECT maxOrNull(occurred_at) FROM events) AS last,
    (SELECT maxOrNull(as_of) FROM progress WHERE as_of > '1900-01-01') AS reached
