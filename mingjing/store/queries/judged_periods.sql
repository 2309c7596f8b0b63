-- Which periods the population rules have judged, and how that went.
SELECT rule, rule_version, since, until, as_of, known, given, rows, findings, seconds, error
FROM judged_periods FINAL
WHERE empty({rules:Array(String)}) OR rule IN {rules:Array(String)}
ORDER BY rule, since
