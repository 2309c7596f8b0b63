-- How far the scorer has come with what it does; `age`: seconds since it said so, by the store's clock.
SELECT name, until, given, place, owner, cases, total, lines,
       dateDiff('millisecond', stored_at, now64(6, 'UTC')) / 1000 AS age
FROM score_progress FINAL
WHERE empty({names:Array(String)}) OR has({names:Array(String)}, name)
ORDER BY name
