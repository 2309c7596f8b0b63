-- Months (for the grain year: years) in which the sums are not those of the lines: by how many lines, and by which checksum.
SELECT toString(grain) AS grain, start, sum(l) AS lines, sum(c) AS checksum
FROM (
    SELECT CAST(tile.1, 'Enum8(\'day\' = 1, \'month\' = 2, \'year\' = 3)') AS grain, tile.2 AS start, l, c
    FROM (SELECT day, sum(toInt64(sign)) AS l, sum(sign * reinterpretAsInt64(line)) AS c FROM score_lines GROUP BY day)
    ARRAY JOIN [('day', toStartOfMonth(day)), ('month', toStartOfMonth(day)), ('year', toStartOfYear(day))] AS tile
    UNION ALL
    SELECT grain, if(grain = 'year', toStartOfYear(start), toStartOfMonth(start)) AS start,
           -sum(lines) AS l, -sum(checksum) AS c
    FROM score_sums GROUP BY grain, start
)
GROUP BY grain, start
HAVING lines != 0 OR checksum != 0
ORDER BY grain, start
