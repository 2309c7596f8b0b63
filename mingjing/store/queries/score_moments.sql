-- When cases came (by hour of the week), how long they took, how they were rated: of some subjects of a level in a span of days.
SELECT sumMap(arrivals) AS came, sumMap(pace) AS paces, sumMap(legal_pace) AS legal, sumMap(ratings) AS stars
FROM score_sums
WHERE grain = {grain:String} AND start >= {first:Date} AND start < {last:Date}
  AND (empty({codes:Array(String)})
       OR multiIf({level:String} = 'window', `window`, {level:String} = 'officer', officer,
                  {level:String} = 'department', department, {level:String} = 'region', region, item) IN {codes:Array(String)})
