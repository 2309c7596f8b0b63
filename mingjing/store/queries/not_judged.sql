-- What the rules cannot judge of these cases; what the scorer could not reckon is its own to clear.
SELECT case_id, rule, key, reason FROM not_judged FINAL
WHERE case_id IN {cases:Array(String)} AND reason != '' AND rule != 'scores'
