-- Questions to the online duty room 网上值班室 asked in a span of time, with their first reply; `live`: asked while somebody
-- was on duty.
WITH asked AS
(
    SELECT case_id, min(occurred_at) AS at, argMin(department, occurred_at) AS unit,
           max(JSONExtractBool(raw, 'data', 'live')) AS live
    FROM events
    WHERE type = 'wo_received' AND JSONExtractString(raw, 'data', 'kind') = 'duty_room'
      AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
    GROUP BY case_id
)
SELECT asked.case_id AS case, toString(asked.unit) AS department, asked.at AS asked_at, asked.live = 1 AS live,
       replies.at AS replied_at
FROM asked
LEFT JOIN
(
    SELECT case_id, toNullable(min(occurred_at)) AS at
    FROM events
    WHERE type IN ('wo_replied', 'wo_closed', 'wo_merged') AND case_id IN (SELECT case_id FROM asked)
    GROUP BY case_id
) AS replies ON replies.case_id = asked.case_id
ORDER BY asked_at DESC, case
LIMIT {limit:UInt32}
SETTINGS join_use_nulls = 1
