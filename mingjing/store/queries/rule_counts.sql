-- What became of each rule's findings, how many a person revoked, and how many cases it could not judge.
SELECT rule, sum(open) AS open, sum(resolved) AS resolved, sum(withdrawn) AS withdrawn,
       sum(red) AS red, sum(yellow) AS yellow, sum(notice) AS notice,
       sum(revoked) AS revoked, sum(blank) AS blank, max(last) AS last
FROM (
    SELECT rule, countIf(status = 'open') AS open, countIf(status = 'resolved') AS resolved,
           countIf(status = 'withdrawn') AS withdrawn, countIf(severity = 3 AND status != 'withdrawn') AS red,
           countIf(severity = 2 AND status != 'withdrawn') AS yellow, countIf(severity = 1 AND status != 'withdrawn') AS notice,
           0 AS revoked, 0 AS blank, toNullable(max(occurred_at)) AS last
    FROM findings FINAL GROUP BY rule
    UNION ALL
    SELECT JSONExtractString(raw, 'data', 'rule') AS rule, 0, 0, 0, 0, 0, 0, uniqExact(event_id), 0, NULL
    FROM events WHERE type = 'finding_revoked' GROUP BY rule
    UNION ALL
    SELECT rule, 0, 0, 0, 0, 0, 0, 0, uniqExact(case_id), NULL
    FROM not_judged FINAL WHERE reason != '' GROUP BY rule
)
WHERE rule != ''
GROUP BY rule
ORDER BY rule
