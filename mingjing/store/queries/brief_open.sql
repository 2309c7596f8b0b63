-- Cards 亮牌 that are still open, the oldest first, with how many there are. Leads are no verdicts and are left out.
SELECT rule, severity, case_id, region, department, `window`, item, occurred_at, count() OVER () AS all
FROM findings FINAL
WHERE status = 'open' AND NOT lead AND severity >= 2
  AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
  AND (empty({regions:Array(String)}) OR region IN {regions:Array(String)})
  AND (empty({departments:Array(String)}) OR department IN {departments:Array(String)})
ORDER BY occurred_at, finding_id
LIMIT {limit:UInt32}
