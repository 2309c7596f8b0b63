-- Findings that a search names: one page of them, and how many there are (`total`). `search` is a part of an id, a case, a subject, a code
-- or the message; `codes` are those whose names it matches. `sort`: gravest, newest, oldest, ranked.
-- What is masked (the codes of subjects of the kinds `hidden`) is not searched: hits would tell it, letter by letter.
WITH has({hidden:Array(String)}, splitByChar(':', subject)[1]) AS personal,
     if(personal, substring(subject, position(subject, ':') + 1), '') AS masked,
     if(personal, '', subject) AS told
SELECT finding_id, revision, rule, rule_version, severity, status, subject, case_id, item, region, department,
       `window`, officer, occurred_at, detected_at, message_zh, message_en, lead, score, source, count() OVER () AS total
FROM findings FINAL
WHERE occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
  AND (empty({ids:Array(String)}) OR finding_id IN {ids:Array(String)})
  AND (empty({cases:Array(String)}) OR case_id IN {cases:Array(String)})
  AND (empty({officers:Array(String)}) OR has({officers:Array(String)}, officer)
       OR subject IN arrayMap(code -> concat('officer:', code), {officers:Array(String)})
       OR subject IN arrayMap(code -> concat('account:', code), {officers:Array(String)}))
  AND (empty({windows:Array(String)}) OR has({windows:Array(String)}, `window`))
  AND (empty({items:Array(String)}) OR has({items:Array(String)}, item))
  AND ({search:String} = ''
       OR positionCaseInsensitiveUTF8(concatWithSeparator('\n', finding_id, case_id, told, rule, item, department, `window`,
                                                          officer, replaceAll(message_zh, masked, ''), replaceAll(message_en, masked, '')),
                                      {search:String}) > 0
       OR hasAny({codes:Array(String)}, [toString(item), toString(department), toString(`window`), toString(officer)]))
ORDER BY
    if({sort:String} = 'gravest', severity, 0) DESC,
    if({sort:String} = 'ranked', score, 0) DESC,
    if({sort:String} = 'oldest', -toUnixTimestamp64Milli(occurred_at), toUnixTimestamp64Milli(occurred_at)) DESC,
    finding_id
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
