-- Per expert: how often drawn in the period; in draws that tell their candidates, out of those in which he was one, against
-- the mean of their chances; in draws that do not, against how often the others were drawn in such draws, where thin
-- specialities count apart: no chances tell them. And how often in draws of a speciality that the pool does not give him.
WITH
    draws AS (
        SELECT
            JSONExtract(data, 'drawn', 'Array(String)') AS drawn, JSONExtract(data, 'excluded', 'Array(String)') AS excluded,
            arrayFilter(one -> NOT has(excluded, one), JSONExtract(data, 'candidates', 'Array(String)')) AS free,
            JSONExtractBool(data, 'thin') AS thin, JSONExtractString(data, 'by') AS by,
            JSONExtractString(data, 'speciality') AS speciality, event_id, case_id
        FROM facts
        WHERE type = 'expert_drawn'
          AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
    ),
    chances AS (
        SELECT expert, sum(chance) AS chance, count() AS could
        FROM (
            SELECT arrayJoin(free) AS expert, case_id, max(least(length(drawn) / length(free), 1)) AS chance
            FROM draws GROUP BY expert, case_id
        )
        GROUP BY expert
    ),
    pool AS (
        SELECT code AS expert, groupUniqArrayArray(splitByChar('|', fields['specialities'])) AS specialities
        FROM registers WHERE register = 'experts' GROUP BY code
    ),
    experts AS (
        SELECT arrayJoin(drawn) AS expert, empty(free) AS plain, has(free, expert) AS told, thin, by, speciality,
               event_id, case_id
        FROM draws
    ),
    times AS (
        SELECT expert, uniqExact(case_id) AS drawn, uniqExactIf(case_id, plain) AS untold,
               uniqExactIf(case_id, told) AS told, countIf(thin AND plain) AS thin,
               countIf(by != 'system') AS by_hand, groupArraySorted(8)(event_id) AS events,
               uniqExactIf(case_id, speciality != '' AND notEmpty(pool.specialities) AND NOT has(pool.specialities, speciality))
                   AS elsewhere
        FROM experts LEFT JOIN pool ON pool.expert = experts.expert GROUP BY expert
    )
SELECT
    times.expert AS subject, drawn, (SELECT count() FROM draws) AS draws,
    ((SELECT sum(untold) FROM times) - untold) / greatest((SELECT count() FROM times) - 1, 1) AS mean,
    greatest(mean, 0.5) AS expected, untold, told, chances.could AS could, if(could > 0, chances.chance / could, NULL) AS rate,
    round(drawn - if(could > 0, chances.chance, 0), 2) AS excess, round(drawn / greatest(draws, 1), 3) AS share,
    by_hand, round(by_hand / drawn, 3) AS by_hand_share,
    elsewhere, round(thin / drawn, 3) AS thin_share, events
FROM times LEFT JOIN chances ON chances.expert = times.expert
