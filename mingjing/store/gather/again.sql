-- The events that are stored more than once.
INSERT INTO again SELECT cityHash64(event_id) FROM events GROUP BY cityHash64(event_id) HAVING count() > 1
