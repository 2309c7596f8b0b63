-- Which findings were ruled on, when that was stored, and as what; in that order.
SELECT finding_id, case_id, toString(outcome) AS outcome, stored_at
FROM rulings FINAL
WHERE finding_id IN (SELECT finding_id FROM rulings WHERE stored_at >= {since:DateTime64(6, 'UTC')})
ORDER BY stored_at, finding_id
