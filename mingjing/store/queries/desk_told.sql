-- What the findings of one page of the desk say.
SELECT finding_id, revision, rule, status, subject, case_id, item, region, department, `window`, officer, occurred_at,
       detected_at, message_zh, message_en, lead
FROM findings FINAL
WHERE finding_id IN {findings:Array(String)}
