-- Which of these cases have events.
SELECT DISTINCT case_id FROM events WHERE case_id IN {cases:Array(String)}
