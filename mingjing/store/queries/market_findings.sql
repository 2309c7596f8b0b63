-- How grave what some rules found in some cases is; withdrawn findings apart.
SELECT case_id, toString(rule) AS rule, max(toUInt8(severity)) AS severity
FROM findings FINAL
WHERE case_id IN {cases:Array(String)} AND rule IN {rules:Array(String)} AND status != 'withdrawn'
GROUP BY case_id, rule
ORDER BY case_id, rule
