-- Which subjects of a level have anything in a span of days, within some regions, departments, windows or officers. Empty lists: all.
SELECT DISTINCT toString(multiIf({level:String} = 'window', `window`, {level:String} = 'officer', officer,
                                 {level:String} = 'department', department, {level:String} = 'region', region, item)) AS code
FROM score_sums
WHERE grain = {grain:String} AND start >= {first:Date} AND start < {last:Date}
  AND (empty({regions:Array(String)}) OR region IN {regions:Array(String)})
  AND (empty({departments:Array(String)}) OR department IN {departments:Array(String)})
  AND (empty({windows:Array(String)}) OR `window` IN {windows:Array(String)})
  AND (empty({officers:Array(String)}) OR officer IN {officers:Array(String)})
ORDER BY code
