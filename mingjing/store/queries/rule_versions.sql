-- The versions of one rule, newest first, with how many findings each decided last.
SELECT r.rule_version AS version, min(r.stored_at) AS since, any(f.findings) AS findings
FROM rules AS r
LEFT JOIN (
    SELECT rule_version, count() AS findings FROM findings FINAL WHERE rule = {rule:String} GROUP BY rule_version
) AS f ON f.rule_version = r.rule_version
WHERE r.rule = {rule:String}
GROUP BY version
ORDER BY since DESC
