-- Per item: cases decided in the period in which officers of several units ended steps, and whether anybody was offered, or
-- went, the parallel way.
WITH each AS
(
    SELECT
        case_id, argMaxIf(item, occurred_at, item != '') AS item, anyIf(department, type = 'decided') AS department,
        uniqExactIf(department, type = 'step_ended' AND department != '') AS units,
        groupUniqArrayIf(8)(department, type = 'step_ended' AND department != '') AS who,
        countIf(type = 'decided' AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}) > 0 AS done,
        countIf(type IN ('parallel_opened', 'parallel_offered')) > 0 AS ever,
        countIf(type IN ('parallel_opened', 'parallel_offered') AND occurred_at >= {since:DateTime64(3, 'UTC')}) > 0 AS lately,
        minIf(event_id, type = 'decided') AS event_id
    FROM facts
    WHERE type IN ('step_ended', 'decided', 'parallel_opened', 'parallel_offered')
    GROUP BY case_id
    HAVING done OR lately
)
SELECT
    item AS subject, minIf(department, done) AS department,
    countIf(done AND units > 1) AS several, countIf(done) AS decided, round(several / decided, 3) AS several_share, countIf(ever) AS offered,
    arraySort(groupUniqArrayArrayIf(8)(who, done)) AS units,
    groupArraySortedIf(8)(event_id, done AND each.units > 1) AS events
FROM each
WHERE item != ''
GROUP BY item
HAVING several > 0
