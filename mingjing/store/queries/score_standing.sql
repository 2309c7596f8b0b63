-- What was written of these subjects' lines, less what was taken back: usually 1 of each. Instants in microseconds.
SELECT subject, line, sum(sign) AS times, any(about) AS about, any(day) AS day,
       toUnixTimestamp64Micro(toDateTime64(any(at), 6, 'UTC')) AS at,
       any(region) AS region, any(department) AS department, any(`window`) AS `window`, any(officer) AS officer,
       any(item) AS item, any(n) AS n, any(good) AS good, any(key) AS key, any(word) AS word, any(ref) AS ref
FROM score_lines
WHERE subject IN {subjects:Array(String)}
GROUP BY subject, line
HAVING times != 0
