-- The cases of a window that were rated.
SELECT DISTINCT case_id FROM events
WHERE type IN ('rated', 'rating_reviewed') AND case_id IN (SELECT case_id FROM events WHERE `window` = {window:String})
