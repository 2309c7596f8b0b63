-- The events of cases that were opened as parallel in a time, or whose id begins with `search`: each event once, corrections in place of
-- what they correct, in order; the latest `limit` cases of `known`. `types`: which events.
WITH projects AS
(
    SELECT case_id, count() OVER () AS known
    FROM
    (
        SELECT case_id, max(occurred_at) AS opened FROM events
        WHERE type = 'parallel_opened'
          AND if({search:String} = '', occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')},
                 startsWith(case_id, {search:String}))
          AND (empty({regions:Array(String)}) OR region IN {regions:Array(String)})
          AND (empty({departments:Array(String)}) OR department IN {departments:Array(String)})
        GROUP BY case_id
    )
    ORDER BY opened DESC, case_id
    LIMIT {limit:UInt32}
)
SELECT once.case_id AS case_id, event_id, type, occurred_at, item, region, department, data, known
FROM
(
    SELECT case_id, event_id, type, occurred_at, toString(item) AS item, toString(region) AS region,
           toString(department) AS department, data, stored_at
    FROM events
    WHERE case_id IN (SELECT case_id FROM projects) AND type IN {types:Array(String)}
    ORDER BY event_id, stored_at
    LIMIT 1 BY event_id
) AS once
INNER JOIN projects ON projects.case_id = once.case_id
WHERE event_id NOT IN (SELECT corrects FROM events WHERE corrects != '' AND case_id IN (SELECT case_id FROM projects))
ORDER BY case_id, occurred_at, event_id
