-- Windows in force all through the period, at which an active item is handled by the catalogue, that no case names.
-- Only where events reach from the period's first days to its last: where everything is silent, that is N63's.
WITH
    posts AS (
        SELECT code, fields['name'] AS name, fields['department'] AS department, fields['hall'] AS hall
        FROM registers
        WHERE register = 'windows' AND valid_from <= toDate32({since:DateTime64(3, 'UTC')}, {zone:String})
          AND valid_to >= toDate32({until:DateTime64(3, 'UTC')} - toIntervalSecond(1), {zone:String})
    ),
    used AS (
        SELECT item, arrayJoin(JSONExtract(fields, 'windows', 'Array(String)')) AS code
        FROM items
        WHERE status = 'active' AND valid_from <= toDate32({since:DateTime64(3, 'UTC')}, {zone:String})
          AND valid_to >= toDate32({until:DateTime64(3, 'UTC')} - toIntervalSecond(1), {zone:String})
    )
SELECT p.code AS subject, p.department AS department, p.name AS name, p.hall AS hall, count() AS items_there,
       0 AS cases_now
FROM posts AS p
INNER JOIN used AS u ON u.code = p.code
WHERE p.code NOT IN (SELECT `window` FROM facts WHERE item != '' AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')})
  AND (SELECT min(occurred_at) FROM facts) < {since:DateTime64(3, 'UTC')} + toIntervalDay(4)
  AND (SELECT max(occurred_at) FROM facts WHERE occurred_at < {until:DateTime64(3, 'UTC')})
      >= {until:DateTime64(3, 'UTC')} - toIntervalDay(4)
GROUP BY subject, department, name, hall
