-- One page of a register's rows; `n`: how many rows match in all. `search`: part of any cell; `sort`: the column to go by, numbers
-- as numbers, "" for the key; `down`: from the last one on.
WITH
    if({sort:String} = '', key, fields[{sort:String}]) AS cell,
    toFloat64OrNull(cell) AS amount
SELECT key, code, valid_from, valid_to, toString(region) AS region, toString(department) AS department, fields, version,
       count() OVER () AS n
FROM registers FINAL
WHERE NOT gone AND register = {register:String}
  AND (empty({days:Array(Date32)}) OR arrayExists(day -> valid_from <= day AND day <= valid_to, {days:Array(Date32)}))
  AND ({search:String} = ''
       OR positionCaseInsensitiveUTF8(concat(key, '\n', code, '\n', arrayStringConcat(mapValues(fields), '\n')), {search:String}) > 0)
ORDER BY
    if({down:UInt8}, amount, NULL) DESC, if({down:UInt8}, cell, '') DESC,
    if({down:UInt8}, NULL, amount) ASC, if({down:UInt8}, '', cell) ASC, key, valid_from
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
