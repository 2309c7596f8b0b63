-- Items that were active all through the period and that nobody asked for. Only where events reach back to its first
-- month, and only once the period is nearly over.
SELECT
    i.item AS subject, min(i.department) AS department, min(i.name) AS name, count(c.item) AS cases_now,
    dateDiff('day', {since:DateTime64(3, 'UTC')}, {until:DateTime64(3, 'UTC')}) AS days_seen
FROM (SELECT item, min(valid_from) AS begun, max(valid_to) AS over, argMax(status, valid_from) AS status,
             argMax(department, valid_from) AS department, argMax(name, valid_from) AS name
      FROM items GROUP BY item) AS i
LEFT JOIN (SELECT DISTINCT item FROM facts
           WHERE occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}) AS c
    ON c.item = i.item
WHERE i.status = 'active'
  AND i.begun <= toDate32({since:DateTime64(3, 'UTC')}, {zone:String})
  AND i.over >= toDate32({until:DateTime64(3, 'UTC')}, {zone:String})
  AND (SELECT min(occurred_at) FROM facts) < {since:DateTime64(3, 'UTC')} + toIntervalDay(31)
  AND days_seen >= {least_days:UInt32}
GROUP BY i.item
HAVING cases_now = 0
