-- The frozen sheets of a level in some periods: one revision, or (0) the last one of each.
SELECT period, argMax(body, (revision, stored_at)) AS body
FROM score_snapshots
WHERE scheme = {scheme:String} AND level = {level:String} AND period IN {periods:Array(String)}
  AND ({revision:UInt32} = 0 OR revision = {revision:UInt32})
GROUP BY period
