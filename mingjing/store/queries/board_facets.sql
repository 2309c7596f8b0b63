-- What can be filtered by: the values that findings have, with how many open ones have each.
SELECT pair.1 AS field, pair.2 AS value, countIf(status = 'open') AS open
FROM findings FINAL
ARRAY JOIN [('rule', rule), ('department', department), ('window', `window`), ('region', region)]
    :: Array(Tuple(String, String)) AS pair
WHERE pair.2 != ''
GROUP BY field, value
ORDER BY open DESC, value
LIMIT 1000 BY field
