-- How many findings each of some cases has and how grave the gravest is, leads and withdrawn ones apart.
SELECT case_id, count() AS findings, max(severity) AS severity, groupUniqArray(20)(toString(rule)) AS rules
FROM findings FINAL
WHERE case_id IN {cases:Array(String)} AND status != 'withdrawn' AND NOT lead
GROUP BY case_id
ORDER BY case_id
