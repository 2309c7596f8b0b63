-- Units at the leaves of the tree, in force all through the period, that no event names: neither as its department nor
-- as the point at which papers were handed in. A unit in which others are, be it for a part of the
-- period only, is silent through them.
-- Only where events reach from the period's first days to its last: where everything is silent, that is N63's.
WITH
    units AS (
        SELECT code, fields['name'] AS name, fields['level'] AS level, fields['parent'] AS parent,
               fields['region'] AS region
        FROM registers
        WHERE register = 'units' AND valid_from <= toDate32({since:DateTime64(3, 'UTC')}, {zone:String})
          AND valid_to >= toDate32({until:DateTime64(3, 'UTC')} - toIntervalSecond(1), {zone:String})
    ),
    above AS (
        SELECT fields['parent'] AS parent FROM registers
        WHERE register = 'units' AND valid_from <= toDate32({until:DateTime64(3, 'UTC')} - toIntervalSecond(1), {zone:String})
          AND valid_to >= toDate32({since:DateTime64(3, 'UTC')}, {zone:String})
    ),
    heard AS (
        SELECT toString(department) AS code FROM facts WHERE occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
        UNION DISTINCT
        SELECT JSONExtractString(data, 'point') FROM facts WHERE type = 'material_received' AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
    )
SELECT u.code AS subject, u.region AS region, u.name AS name, u.level AS level, u.parent AS above, 0 AS events_now
FROM units AS u
WHERE u.code NOT IN (SELECT parent FROM above) AND u.code NOT IN (SELECT code FROM heard)
  AND (SELECT min(occurred_at) FROM facts) < {since:DateTime64(3, 'UTC')} + toIntervalDay(4)
  AND (SELECT max(occurred_at) FROM facts WHERE occurred_at < {until:DateTime64(3, 'UTC')})
      >= {until:DateTime64(3, 'UTC')} - toIntervalDay(4)
