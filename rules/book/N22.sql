-- Per item: cases decided in the period in which officers of several units ended steps, and whether anybody was offered, or
-- went, the parallel way.
WITH each AS
(
    SELECT
        case_id, argMaxIf(item, occurred_at, item != '') AS item, anyIf(department, type = 'decided') AS department,
        uniqExactIf(department, type = 'step_ended' AND department != '') AS units,
        groupUniqArrayIf(8)(department, type = 'step_ended' AND department != '') AS who,
        countIf(type IN ('parallel_opened', 'parallel_offered')) > 0 AS offered,
        minIf(event_id, type = 'decided') AS event_id
    FROM facts
    WHERE type IN ('step_ended', 'decided', 'parallel_opened', 'parallel_offered')
    GROUP BY case_id
    HAVING countIf(type = 'decided' AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}) > 0
)
SELECT
    item AS subject, min(department) AS department,
    countIf(units > 1) AS several, count() AS decided, round(several / decided, 3) AS several_share, countIf(offered) AS offered,
    arraySort(groupUniqArrayArray(8)(who)) AS units,
    groupArraySortedIf(8)(event_id, units > 1) AS events
FROM each
WHERE item != ''
GROUP BY item
HAVING several > 0
