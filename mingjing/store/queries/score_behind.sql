-- The standing lines of some subjects about something in a span of days: those that cost most first, then the latest. `cost` says
-- how much a line lacks to be good: a card its severity (if that costs at all), a used limit the percent beyond `spare`, anything
-- else what is missing. `causes`, `but`: patterns of LIKE that a card's cause matches, and does not.
SELECT subject, line, any(l.about) AS about, any(l.day) AS day, any(l.at) AS at, any(l.region) AS region,
       any(l.department) AS department, any(l.`window`) AS `window`, any(l.officer) AS officer, any(l.item) AS item,
       any(l.n) AS n, any(l.good) AS good, any(l.key) AS key, any(l.word) AS word, any(l.ref) AS ref,
       toInt64OrZero(splitByChar(':', toString(word))[2]) AS severity,
       multiIf(about = 'card', if(has({severities:Array(UInt8)}, severity), severity, 0),
               about IN ('pace', 'legal_pace'),
               intDiv(toInt64(key % 1000) * 100, greatest(1, intDiv(key, 1000))) - {spare:Int64},
               about IN ('complaint', 'confirmed', 'unjudged'), 1,
               about = 'parallel', toInt64(good) - n,
               toInt64(n) - good) AS cost,
       count() OVER () AS total
FROM score_lines AS l
WHERE l.day >= {first:Date} AND l.day < {last:Date} AND l.about IN {abouts:Array(String)}
  AND multiIf({level:String} = 'window', l.`window`, {level:String} = 'officer', l.officer,
              {level:String} = 'department', l.department, {level:String} = 'region', l.region, l.item) IN {codes:Array(String)}
  AND (l.about != 'card'
       OR arrayExists(one -> splitByChar(':', toString(l.word))[1] LIKE one, {causes:Array(String)})
          AND NOT arrayExists(one -> splitByChar(':', toString(l.word))[1] LIKE one, {but:Array(String)}))
GROUP BY subject, line
HAVING sum(l.sign) > 0 AND ({bad:UInt8} = 0 OR cost > 0)
ORDER BY cost DESC, at DESC, subject, line
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
