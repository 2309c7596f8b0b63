-- How many cases each subject of a level opened in a span of days, by the hour of the week + 1. Empty lists: all.
SELECT
    toString(multiIf({level:String} = 'window', `window`, {level:String} = 'officer', officer,
                     {level:String} = 'department', department, {level:String} = 'region', region, item)) AS code,
    sumMap(arrivals) AS arrivals
FROM score_sums
WHERE grain = {grain:String} AND start >= {first:Date} AND start < {last:Date}
  AND (empty({regions:Array(String)}) OR region IN {regions:Array(String)})
  AND (empty({departments:Array(String)}) OR department IN {departments:Array(String)})
  AND (empty({windows:Array(String)}) OR `window` IN {windows:Array(String)})
GROUP BY code
HAVING notEmpty(arrivals)
ORDER BY code
