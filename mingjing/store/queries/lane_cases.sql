-- Cases that went through the green channel or were brought by an agent in a time, the latest first; each with its ground or agent, and
-- how it ended. `total`: how many there are.
WITH entered AS
(
    SELECT case_id, min(occurred_at) AS entered_at, toString(anyIf(type, type = 'lane_opened')) AS flagged,
           trimBoth(argMaxIf(JSONExtractString(data, 'ground'), occurred_at, type = 'lane_opened')) AS ground,
           argMaxIf(JSONExtractString(data, 'agent'), occurred_at, type = 'agent_appointed') AS agent, count() OVER () AS total
    FROM events
    WHERE type IN ('lane_opened', 'agent_appointed')
      AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
      AND event_id NOT IN (SELECT corrects FROM events WHERE corrects != '')
      AND (empty({regions:Array(String)}) OR region IN {regions:Array(String)})
      AND (empty({departments:Array(String)}) OR department IN {departments:Array(String)})
      AND ({search:String} = '' OR startsWith(case_id, {search:String}))
    GROUP BY case_id
    ORDER BY entered_at DESC, case_id
    LIMIT {limit:UInt32}
)
SELECT entered.case_id AS case_id, entered_at, if(flagged = '', 'agent', if(agent = '', 'green', 'both')) AS lane, ground, agent,
       heads.of_item AS item, heads.of_department AS department, heads.ended_at AS ended_at, total
FROM entered
INNER JOIN
(
    SELECT case_id, argMaxIf(toString(item), occurred_at, item != '') AS of_item,
           argMinIf(toString(department), occurred_at, department != '') AS of_department,
           minOrNullIf(occurred_at, type IN ('decided', 'closed', 'withdrawn', 'terminated')) AS ended_at
    FROM events
    WHERE case_id IN (SELECT case_id FROM entered)
    GROUP BY case_id
) AS heads ON heads.case_id = entered.case_id
ORDER BY entered_at DESC, case_id
