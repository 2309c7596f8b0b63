-- Breaches within the board's filters by stretches of `width` seconds from `since`, numbered from 0.
SELECT intDiv(toUnixTimestamp64Milli(occurred_at) - toUnixTimestamp64Milli({since:DateTime64(3, 'UTC')}), 1000 * {width:UInt32}) AS at,
       countIf(severity = 3) AS red, countIf(severity = 2) AS yellow, countIf(severity = 1) AS notice
FROM findings FINAL
WHERE occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
  AND (empty({severities:Array(UInt8)}) OR has({severities:Array(UInt8)}, severity))
  AND (empty({statuses:Array(String)}) OR has({statuses:Array(String)}, status))
  AND (empty({rules:Array(String)}) OR has({rules:Array(String)}, rule))
  AND (empty({departments:Array(String)}) OR has({departments:Array(String)}, department))
  AND (empty({windows:Array(String)}) OR has({windows:Array(String)}, `window`))
  AND (empty({regions:Array(String)}) OR has({regions:Array(String)}, region))
  AND ({search:String} = ''
       OR positionCaseInsensitiveUTF8(concat(case_id, ' ', if(has({hidden:Array(String)}, splitByChar(':', subject)[1]), '', subject)), {search:String}) > 0)
  AND ({nature:String} = '' OR lead = ({nature:String} = 'lead'))
GROUP BY at
ORDER BY at
