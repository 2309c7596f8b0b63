-- What could not be judged, by rule and reason, with one case as an example.
SELECT rule, reason, uniqExact(case_id) AS cases, any(case_id) AS example
FROM not_judged FINAL
WHERE reason != ''
GROUP BY rule, reason
ORDER BY cases DESC, rule, reason
LIMIT {limit:UInt32}
