-- Who belongs to whom as events carry it: each code with its commonest parent.
SELECT field, code, topK(1)(parent)[1] AS parent
FROM (
    SELECT tile.1 AS field, tile.2 AS code, tile.3 AS parent
    FROM (
        SELECT region, department, `window`, officer FROM score_sums
        WHERE grain = 'year' GROUP BY start, region, department, `window`, officer HAVING sum(lines) > 0
    )
    ARRAY JOIN [('region', toString(region), ''), ('department', toString(department), toString(region)),
                ('window', toString(`window`), toString(department)),
                ('officer', toString(officer), if(`window` = '', toString(department), toString(`window`)))] AS tile
    WHERE code != '' AND (parent != '' OR field = 'region')
)
GROUP BY field, code
