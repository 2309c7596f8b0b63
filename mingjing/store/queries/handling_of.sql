-- How the handling of these findings stands.
SELECT finding_id, number, toString(state) AS state, since, toString(due) AS due, due_at, holder, late, severity, gravest, lead, wake,
       toString(rule) AS rule, case_id, toString(region) AS region, toString(department) AS department,
       toString(`window`) AS `window`, toString(officer) AS officer, acted_at, acted_by, toString(step) AS step
FROM handling FINAL
WHERE finding_id IN {findings:Array(String)}
