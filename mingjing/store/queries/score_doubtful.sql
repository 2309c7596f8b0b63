-- About which windows of each subject of a level a doubt stands confirmed in a span of days. Empty lists: all.
SELECT
    toString(multiIf({level:String} = 'window', `window`, {level:String} = 'officer', officer,
                     {level:String} = 'department', department, {level:String} = 'region', region, item)) AS code,
    toString(`window`) AS of_window
FROM score_sums
WHERE grain = {grain:String} AND start >= {first:Date} AND start < {last:Date}
  AND (empty({regions:Array(String)}) OR region IN {regions:Array(String)})
  AND (empty({departments:Array(String)}) OR department IN {departments:Array(String)})
  AND (empty({windows:Array(String)}) OR `window` IN {windows:Array(String)})
  AND (empty({officers:Array(String)}) OR officer IN {officers:Array(String)})
  AND (empty({items:Array(String)}) OR item IN {items:Array(String)})
  AND notEmpty(confirmed)
GROUP BY code, of_window
HAVING code != '' AND of_window != ''
   AND mapExists((word, n) -> n > 0 AND has({gates:Array(String)}, splitByChar(':', word)[1]), sumMap(confirmed))
ORDER BY code, of_window
