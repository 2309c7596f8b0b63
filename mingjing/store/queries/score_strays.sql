-- Subjects that have lines, and no event, finding or sample any more from which these could come.
SELECT subject FROM score_lines
WHERE NOT startsWith(subject, 'presence:')
  AND subject NOT IN (SELECT case_id FROM events)
  AND subject NOT IN (SELECT concat('finding:', finding_id) FROM finding_revisions WHERE case_id = '')
GROUP BY subject
HAVING sum(sign) != 0
