-- Per window: people who gave five stars and then complained about the same case, complaints among all cases, and
-- whether refused cases are rated at all.
WITH
    stars AS (
        SELECT case_id, min(occurred_at) AS at, max(JSONExtractInt(data, 'stars')) AS stars
        FROM facts WHERE type = 'rated' GROUP BY case_id
    ),
    complaints AS (
        SELECT case_id, min(occurred_at) AS at, min(event_id) AS event_id
        FROM facts
        WHERE type = 'complained' AND occurred_at >= {since:DateTime64(3, 'UTC')}
          AND occurred_at < {until:DateTime64(3, 'UTC')}
        GROUP BY case_id
    )
SELECT
    c.`window` AS subject, min(c.department) AS department, count() AS handled,
    countIf(s.stars > 0) AS ratings, countIf(s.stars = 5) AS praised, countIf(s.stars BETWEEN 1 AND 4) AS not_praised,
    countIf(k.at IS NOT NULL) AS complained,
    countIf(s.stars = 5 AND k.at > s.at AND k.at < s.at + toIntervalDay({days:UInt32})) AS praised_then_complained,
    countIf(s.stars BETWEEN 1 AND 2 AND k.at IS NOT NULL) AS critics,
    round(critics / greatest(complained, 1), 3) AS critics_share,
    round(praised / greatest(ratings, 1), 3) AS praised_share,
    countIf(c.result = 'refused') AS refused, countIf(c.result = 'refused' AND s.stars > 0) AS refused_rated,
    arraySort(groupArrayIf(k.event_id, s.stars = 5 AND k.at > s.at)) AS events
FROM cases AS c
LEFT JOIN stars AS s ON s.case_id = c.case_id
LEFT JOIN complaints AS k ON k.case_id = c.case_id
WHERE c.`window` != '' AND c.decided_at IS NOT NULL
  AND c.decided_at >= {since:DateTime64(3, 'UTC')} - toIntervalDay({days:UInt32})
  AND c.decided_at < {until:DateTime64(3, 'UTC')}
GROUP BY c.`window`
