-- A sample of an item's cases that were over within a time: the same ones each time, at most `limit`, picked by a hash of their ids.
-- `known`: how many there are to pick from. Reads narrow columns only. `case_id` is left out.
SELECT case_id, count() OVER () AS known FROM
(
    SELECT DISTINCT case_id FROM events
    WHERE item = {item:String} AND type IN ('decided', 'closed', 'withdrawn', 'terminated')
      AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
      AND case_id != {case_id:String}
)
ORDER BY cityHash64(case_id)
LIMIT {limit:UInt32}
