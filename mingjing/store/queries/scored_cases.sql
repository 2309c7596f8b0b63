-- How many cases have events, and how many of them score lines.
SELECT uniq(case_id) AS cases, (SELECT uniq(subject) FROM score_lines WHERE about != 'presence') AS scored
FROM events
WHERE NOT startsWith(case_id, 'presence:')
