-- Findings as last published: by their ids, and where known their cases (an empty list: any).
SELECT finding_id, argMax(case_id, revision) AS of_case, toString(argMax(rule, revision)) AS rule, argMax(severity, revision) AS severity,
       toString(argMax(status, revision)) AS status, argMax(body, revision) AS whole
FROM finding_revisions
WHERE (empty({cases:Array(String)}) OR case_id IN {cases:Array(String)}) AND finding_id IN {findings:Array(String)}
GROUP BY finding_id
ORDER BY finding_id
