-- One rule's breaches by local weeks (Monday first), withdrawn ones left out.
SELECT toDate(toStartOfWeek(toTimeZone(occurred_at, {timezone:String}), 1)) AS week,
       countIf(severity = 3) AS red, countIf(severity = 2) AS yellow, countIf(severity = 1) AS notice
FROM findings FINAL
WHERE rule = {rule:String} AND status != 'withdrawn' AND occurred_at >= {since:DateTime64(3, 'UTC')}
GROUP BY week
ORDER BY week
