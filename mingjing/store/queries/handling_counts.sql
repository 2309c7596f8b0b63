-- How many handlings stand in each state with each deadline, how many of them missed it; narrowed like the inbox.
SELECT toString(state) AS state, toString(due) AS due, severity, count() AS n, countIf(due_at <= {now:DateTime64(3, 'UTC')}) AS missed
FROM handling FINAL
WHERE (empty({regions:Array(String)}) OR region IN {regions:Array(String)})
  AND (empty({departments:Array(String)}) OR department IN {departments:Array(String)})
  AND (empty({windows:Array(String)}) OR `window` IN {windows:Array(String)})
  AND (empty({mine:Array(String)}) OR officer IN {mine:Array(String)} OR holder IN {mine:Array(String)})
GROUP BY state, due, severity
ORDER BY state, due, severity
