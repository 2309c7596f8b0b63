-- One page of the inbox, with the finding as last published. An empty list or text means any; `open`: 1 only what is not
-- ended. `mine`: whose own cases, or handed to whom (officer's code and account); empty: everybody's.
-- `sort`: urgent (missed first, then by due), newest, gravest, oldest. `overdue`: minutes since it was missed, or 0.
SELECT page.*, found.message_zh AS message_zh, found.message_en AS message_en, toString(found.status) AS status,
       toString(found.item) AS item, found.subject AS subject, found.severity AS found_severity, found.revision AS revision,
       found.occurred_at AS occurred_at, found.detected_at AS detected_at, found.score AS score
FROM
(
    SELECT finding_id, number, toString(state) AS state, since, toString(due) AS due, due_at, holder, late, severity, gravest, lead,
           toString(rule) AS rule, case_id, toString(region) AS region, toString(department) AS department,
           toString(`window`) AS `window`, toString(officer) AS officer, acted_at, acted_by, toString(step) AS step,
           if(due_at <= {now:DateTime64(3, 'UTC')}, dateDiff('minute', assumeNotNull(due_at), {now:DateTime64(3, 'UTC')}) + 1, 0) AS overdue
    FROM handling FINAL
    WHERE (empty({states:Array(String)}) OR state IN {states:Array(String)})
      AND ({open:UInt8} = 0 OR state NOT IN ('closed', 'revoked', 'transferred', 'withdrawn'))
      AND (empty({dues:Array(String)}) OR due IN {dues:Array(String)})
      AND ({missed:UInt8} = 0 OR due_at <= {now:DateTime64(3, 'UTC')})
      AND (empty({severities:Array(UInt8)}) OR severity IN {severities:Array(UInt8)})
      AND (empty({rules:Array(String)}) OR rule IN {rules:Array(String)})
      AND (empty({regions:Array(String)}) OR region IN {regions:Array(String)})
      AND (empty({departments:Array(String)}) OR department IN {departments:Array(String)})
      AND (empty({windows:Array(String)}) OR `window` IN {windows:Array(String)})
      AND (empty({officers:Array(String)}) OR officer IN {officers:Array(String)})
      AND (empty({mine:Array(String)}) OR officer IN {mine:Array(String)} OR holder IN {mine:Array(String)})
      AND ({search:String} = '' OR positionCaseInsensitiveUTF8(concat(case_id, ' ', finding_id), {search:String}) > 0)
      AND since >= {since:DateTime64(3, 'UTC')} AND since < {until:DateTime64(3, 'UTC')}
    ORDER BY
        if({sort:String} IN ('', 'urgent'), overdue > 0, 0) DESC,
        if({sort:String} IN ('', 'urgent', 'gravest'), severity, 0) DESC,
        if({sort:String} IN ('', 'urgent'), ifNull(toUnixTimestamp64Milli(due_at), 9000000000000), 0),
        if({sort:String} = 'oldest', toUnixTimestamp64Milli(since), -toUnixTimestamp64Milli(since)),
        finding_id
    LIMIT {limit:UInt32} OFFSET {offset:UInt32}
) AS page
LEFT JOIN
(
    SELECT finding_id, message_zh, message_en, status, item, subject, severity, revision, occurred_at, detected_at, score FROM findings FINAL
) AS found ON found.finding_id = page.finding_id
ORDER BY
    if({sort:String} IN ('', 'urgent'), overdue > 0, 0) DESC,
    if({sort:String} IN ('', 'urgent', 'gravest'), page.severity, 0) DESC,
    if({sort:String} IN ('', 'urgent'), ifNull(toUnixTimestamp64Milli(due_at), 9000000000000), 0),
    if({sort:String} = 'oldest', toUnixTimestamp64Milli(since), -toUnixTimestamp64Milli(since)),
    finding_id
SETTINGS join_use_nulls = 0
