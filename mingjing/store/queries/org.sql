-- Who belongs to whom, as it was last kept.
SELECT toString(field) AS field, code, parent, toString(level) AS level, hall
FROM org FINAL
WHERE NOT gone
ORDER BY field, code, parent
