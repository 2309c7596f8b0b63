-- One page of the board. An empty list or text means any; `sort`: gravest, newest, breach, oldest, ranked.
-- `nature`: lead, verdict or any. What is masked (subjects of the kinds `hidden`) is not searched either: hits would tell it.
-- In one pass: finding the page in narrow columns first, and reading FINAL a second time, took 1.7 times as long.
SELECT finding_id, revision, rule, rule_version, severity, status, subject, case_id, item, region, department,
       `window`, officer, occurred_at, detected_at, message_zh, message_en, lead, score, source
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
ORDER BY
    if({sort:String} = 'gravest', severity, 0) DESC,
    if({sort:String} = 'ranked', score, 0) DESC,
    multiIf(
        {sort:String} = 'breach', toUnixTimestamp64Milli(occurred_at),
        {sort:String} = 'oldest', -toUnixTimestamp64Milli(occurred_at),
        toUnixTimestamp64Milli(detected_at)
    ) DESC,
    finding_id
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
