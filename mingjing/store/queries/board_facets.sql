-- What can be filtered by: the values that findings have, with how many open ones have each.
SELECT
    multiIf(grouping(rule) = 0, 'rule', grouping(department) = 0, 'department', grouping(`window`) = 0, 'window', 'region')
        AS field,
    toString(multiIf(field = 'rule', rule, field = 'department', department, field = 'window', `window`, region)) AS value,
    countIf(status = 'open') AS open
FROM findings FINAL
GROUP BY GROUPING SETS ((rule), (department), (`window`), (region))
HAVING value != ''
ORDER BY open DESC, value
LIMIT 1000 BY field
