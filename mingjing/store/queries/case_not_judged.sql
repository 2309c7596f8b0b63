-- What the rules cannot judge of a case, and why.
SELECT case_id, rule, key, reason FROM not_judged FINAL
WHERE case_id = {case_id:String} AND reason != ''
ORDER BY rule, key
