-- How the exposures 曝光 of these findings stand.
SELECT finding_id, toString(state) AS state, at, rule_zh, rule_en, zh, en, toString(region) AS region,
       toString(department) AS department, toString(`window`) AS `window`, toString(officer) AS officer
FROM exposures FINAL
WHERE finding_id IN {findings:Array(String)}
