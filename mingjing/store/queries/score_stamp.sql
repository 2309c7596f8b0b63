-- Whether the scores of a span of days are still what they were: how many lines there are, and the sum of their hashes.
SELECT sum(lines) AS number, sum(checksum) AS checksum
FROM score_sums
WHERE grain = {grain:String} AND start >= {first:Date} AND start < {last:Date}
