-- Per expert: how often drawn in the period, against what equal chances make of the size of each pool.
WITH
    draws AS (
        SELECT
            JSONExtract(data, 'drawn', 'Array(String)') AS drawn, JSONExtractFloat(data, 'pool') AS pool,
            JSONExtractBool(data, 'thin') AS thin, JSONExtractString(data, 'by') AS by, event_id, case_id
        FROM facts
        WHERE type = 'expert_drawn'
          AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
    ),
    experts AS (SELECT arrayJoin(drawn) AS expert, thin, by, event_id, case_id FROM draws),
    times AS (
        SELECT expert, uniqExact(case_id) AS drawn, countIf(thin) AS thin, countIf(by != 'system') AS by_hand,
               groupArraySorted(8)(event_id) AS events
        FROM experts GROUP BY expert
    )
SELECT
    expert AS subject, drawn, (SELECT count() FROM draws) AS draws,
    ((SELECT sum(drawn) FROM times) - drawn) / greatest((SELECT count() FROM times) - 1, 1) AS mean,
    greatest(mean, 0.5) AS expected,
    round(drawn / greatest(draws, 1), 3) AS share,
    by_hand, round(by_hand / drawn, 3) AS by_hand_share,
    round(thin / drawn, 3) AS thin_share, events
FROM times
