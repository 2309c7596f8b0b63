-- Items with enough grants in the period of which some steps of the catalogue never began and never ended: neither within
-- the period nor, in the cases that were granted, before it.
WITH
    granted AS (
        SELECT item, uniqExact(case_id) AS cases
        FROM facts WHERE type = 'decided' AND result = 'granted' AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
        GROUP BY item
    ),
    done AS (
        SELECT item, groupUniqArray(JSONExtractString(data, 'step')) AS steps
        FROM facts WHERE type IN ('step_started', 'step_ended') AND occurred_at < {until:DateTime64(3, 'UTC')}
          AND (occurred_at >= {since:DateTime64(3, 'UTC')} OR case_id IN (SELECT case_id FROM facts WHERE type = 'decided' AND result = 'granted' AND occurred_at >= {since:DateTime64(3, 'UTC')}))
        GROUP BY item
    )
SELECT i.item AS subject, i.department AS department, i.name AS name, g.cases AS cases_granted,
       arrayFilter(
           step -> NOT has(d.steps, step) AND NOT has(JSONExtract(i.fields, 'merged_steps', 'Array(String)'), step),
           JSONExtract(i.fields, 'steps', 'Array(String)')
       ) AS steps_without_data,
       length(steps_without_data) AS steps_missing
FROM items AS i
INNER JOIN granted AS g ON g.item = i.item
LEFT JOIN done AS d ON d.item = i.item
WHERE i.status = 'active' AND i.valid_from <= toDate32({since:DateTime64(3, 'UTC')}, {zone:String})
  AND i.valid_to >= toDate32({until:DateTime64(3, 'UTC')} - toIntervalSecond(1), {zone:String}) AND steps_missing > 0
