-- Items in force and active all through the period that no event of a case names, unless the register of designations says why.
-- Only where events reach from the period's first days to its last: where everything is silent, that is N63's.
WITH
    span AS (
        SELECT toDate32({since:DateTime64(3, 'UTC')}, {zone:String}) AS first,
               toDate32({until:DateTime64(3, 'UTC')} - toIntervalSecond(1), {zone:String}) AS last
    ),
    listed AS (
        SELECT item, argMax(department, valid_from) AS department, argMax(name, valid_from) AS name,
               argMax(matter, valid_from) AS matter,
               sum(dateDiff('day', greatest(valid_from, first), least(valid_to, last)) + 1) AS active_days
        FROM items CROSS JOIN span
        WHERE status = 'active' AND valid_from <= last AND valid_to >= first
        GROUP BY item
    ),
    told AS (
        SELECT fields['item'] AS item, fields['quiet'] AS quiet, fields['connected'] AS connected
        FROM registers
        WHERE register = 'designations' AND valid_from <= toDate32({until:DateTime64(3, 'UTC')} - toIntervalSecond(1), {zone:String})
          AND valid_to >= toDate32({until:DateTime64(3, 'UTC')} - toIntervalSecond(1), {zone:String})
    )
SELECT i.item AS subject, i.department AS department, i.name AS name, i.matter AS matter, t.connected AS connected,
       0 AS events_now
FROM listed AS i
LEFT JOIN told AS t ON t.item = i.item
WHERE i.active_days = (SELECT dateDiff('day', first, last) + 1 FROM span) AND coalesce(t.quiet, '') = ''
  AND i.item NOT IN (SELECT item FROM facts WHERE type != 'guide_published'
                     AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')})
  AND (SELECT min(occurred_at) FROM facts) < {since:DateTime64(3, 'UTC')} + toIntervalDay(4)
  AND (SELECT max(occurred_at) FROM facts WHERE occurred_at < {until:DateTime64(3, 'UTC')})
      >= {until:DateTime64(3, 'UTC')} - toIntervalDay(4)
