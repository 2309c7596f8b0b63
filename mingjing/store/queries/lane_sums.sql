-- Cases whose committed limit was measured in a span of days, by item and by lane: `green` through the green channel, `agent` brought by
-- an agent, `both`, or `ordinary`; how many were on time, and by working days used how many took so long.
WITH measured AS
(
    SELECT subject, any(of_item) AS item, maxIf(fine, of_what = 'committed') AS on_time, maxIf(pace, of_what = 'pace') AS used,
           countIf(of_what = 'pace') > 0 AS paced
    FROM
    (
        SELECT subject, line, toString(any(about)) AS of_what, toString(any(item)) AS of_item, any(good) AS fine,
               any(key) % 1000 AS pace
        FROM score_lines
        WHERE about IN ('committed', 'pace') AND day >= {first:Date} AND day < {last:Date}
          AND (empty({regions:Array(String)}) OR region IN {regions:Array(String)})
          AND (empty({departments:Array(String)}) OR department IN {departments:Array(String)})
        GROUP BY subject, line
        HAVING sum(sign) > 0
    )
    GROUP BY subject
    HAVING countIf(of_what = 'committed') > 0
),
lanes AS
(
    SELECT case_id, countIf(type = 'lane_opened') > 0 AS green, countIf(type = 'agent_appointed') > 0 AS agent
    FROM events
    WHERE type IN ('lane_opened', 'agent_appointed')
      AND event_id NOT IN (SELECT corrects FROM events WHERE corrects != '')
      AND occurred_at >= toDateTime64({first:Date}, 3) - INTERVAL 400 DAY
    GROUP BY case_id
)
SELECT measured.item AS item, multiIf(green AND agent, 'both', green, 'green', agent, 'agent', 'ordinary') AS lane,
       count() AS n, sum(on_time) AS good, sumMapIf(map(toUInt32(used), toUInt64(1)), paced) AS used
FROM measured
LEFT JOIN lanes ON lanes.case_id = measured.subject
GROUP BY item, lane
ORDER BY item, lane
SETTINGS join_use_nulls = 0
