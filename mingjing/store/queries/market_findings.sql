-- What some rules found in some cases, how grave it is and on which events it rests; withdrawn findings apart.
SELECT case_id, toString(rule) AS rule, toUInt8(severity) AS severity, JSONExtract(body, 'evidence', 'events', 'Array(String)') AS events
FROM findings FINAL
WHERE case_id IN {cases:Array(String)} AND rule IN {rules:Array(String)} AND status != 'withdrawn'
ORDER BY case_id, rule, finding_id
