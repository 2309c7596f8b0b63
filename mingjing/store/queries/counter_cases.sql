-- A sample of the cases that were decided in a time, the same ones each time, at most `limit`, picked by a hash of their ids: item,
-- department, the window that received each, and the events of some types in milliseconds. `known`: how many there are to pick from.
WITH picked AS
(
    SELECT case_id, count() OVER () AS known
    FROM
    (
        SELECT DISTINCT case_id FROM events
        WHERE type = 'decided' AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
          AND (empty({regions:Array(String)}) OR region IN {regions:Array(String)})
          AND (empty({departments:Array(String)}) OR department IN {departments:Array(String)})
    )
    ORDER BY cityHash64(case_id)
    LIMIT {limit:UInt32}
)
SELECT of_item AS item, of_department AS department, of_window AS window, told AS events, known
FROM
(
    SELECT case_id, argMaxIf(toString(item), occurred_at, item != '') AS of_item,
           argMinIf(toString(department), occurred_at, department != '') AS of_department,
           argMinIf(toString(window), occurred_at, window != '' AND type IN ('material_received', 'accepted')) AS of_window,
           groupArrayIf(100)((event_id, toString(type), toUnixTimestamp64Milli(occurred_at), corrects),
                             type IN {types:Array(String)}) AS told
    FROM events
    WHERE case_id IN (SELECT case_id FROM picked)
    GROUP BY case_id
) AS cases
INNER JOIN picked ON picked.case_id = cases.case_id
ORDER BY cases.case_id
