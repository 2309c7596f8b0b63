-- The sheets that were frozen, without their bodies: every revision, the periods that begin last first. Empty lists: all.
SELECT scheme, scheme_version, level, period, start, revision, frozen_at, known, reason
FROM score_snapshots FINAL
WHERE scheme = {scheme:String}
  AND (empty({levels:Array(String)}) OR level IN {levels:Array(String)})
  AND (empty({periods:Array(String)}) OR period IN {periods:Array(String)})
ORDER BY start DESC, period, level, revision
