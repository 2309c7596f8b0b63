-- Per item: cases begun in the period, against what its cases in the months before would be by now, had they
-- changed as all others did. The season is the whole city's, so a Spring Festival moves both.
WITH begun AS (
    SELECT item, department, occurred_at >= {since:DateTime64(3, 'UTC')} AS now, uniqExact(case_id) AS n
    FROM facts
    WHERE type IN ('accepted', 'wo_received') AND item != ''
      AND occurred_at >= {since:DateTime64(3, 'UTC')} - toIntervalDay({before_days:UInt32})
      AND occurred_at < {until:DateTime64(3, 'UTC')}
    GROUP BY item, department, now
)
SELECT
    item AS subject, min(department) AS department,
    sumIf(n, now) AS cases_now, sumIf(n, NOT now) AS cases_before,
    round(cases_before * ((SELECT sumIf(n, now) FROM begun) - cases_now)
          / greatest((SELECT sumIf(n, NOT now) FROM begun) - cases_before, 1), 3) AS expected
FROM begun
WHERE (SELECT min(occurred_at) FROM facts) < {since:DateTime64(3, 'UTC')} - toIntervalDay({before_days:UInt32} - 35)
GROUP BY item
