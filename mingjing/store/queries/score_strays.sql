-- Subjects that have lines, and no event any more from which these could come; all findings of no case that have lines are among them.
SELECT subject FROM score_lines
WHERE NOT startsWith(subject, 'presence:')
  AND (startsWith(subject, 'finding:') OR subject NOT IN (SELECT case_id FROM events))
GROUP BY subject
HAVING sum(sign) != 0
