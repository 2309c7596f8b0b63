-- What cannot be judged of these cases.
SELECT case_id, rule, key, reason FROM not_judged FINAL
WHERE case_id IN {cases:Array(String)} AND reason != ''
