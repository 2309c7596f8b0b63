-- Per department: what only a handled case leaves behind (fee, delivery, rating) where no case was ever entered, and
-- numbers missing from its own series of documents. A number that any unit used is not missing; a gap counts only
-- where the documents on both sides of it are the same department's.
WITH
    traces AS (
        SELECT
            case_id, min(department) AS department,
            max(type = 'fee_paid') AS paid, max(type = 'delivered') AS delivered, max(type = 'rated') AS rated,
            min(occurred_at) AS begun, min(event_id) AS event_id
        FROM facts
        WHERE type IN ('fee_paid', 'delivered', 'rated')
          AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
          AND case_id NOT IN (SELECT case_id FROM cases
                              WHERE delivered_at IS NULL OR first_at < delivered_at OR received_at IS NOT NULL
                                 OR accepted_at IS NOT NULL OR decided_at IS NOT NULL)
        GROUP BY case_id
    ),
    numbers AS (
        SELECT DISTINCT
            department,
            extractGroups(JSONExtractString(data, 'document_no'), '^(.*?)([0-9]{3,12})$') AS parts,
            parts[1] AS series, toUInt64OrZero(parts[2]) AS number
        FROM facts
        WHERE type = 'decided' AND length(parts) = 2
          AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
    ),
    steps AS (
        SELECT
            series, department,
            number - lagInFrame(number, 1, number) OVER w AS step,
            lagInFrame(department, 1, department) OVER w AS before
        FROM numbers
        WINDOW w AS (PARTITION BY series ORDER BY number, department ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
    ),
    gaps AS (
        SELECT department, count() AS n, sumIf(step - 1, step BETWEEN 2 AND 30 AND before = department) AS lacking
        FROM steps GROUP BY department
    ),
    left_behind AS (
        SELECT department, count() AS n, sum(paid) AS with_fee, sum(delivered) AS with_delivery, sum(rated) AS with_rating,
               groupArraySorted(8)(event_id) AS traces_of
        FROM traces GROUP BY department
    ),
    units AS (
        SELECT department, count() AS n FROM cases WHERE department != '' AND accepted_at IS NOT NULL
        GROUP BY department
    )
SELECT
    u.department AS subject, u.n AS handled,
    coalesce(l.n, 0) AS orphans, orphans + u.n AS all_cases,
    coalesce(l.with_fee, 0) AS fees, coalesce(l.with_delivery, 0) AS deliveries, coalesce(l.with_rating, 0) AS ratings,
    coalesce(g.n, 0) AS issued, coalesce(g.lacking, 0) AS missing, issued + missing AS numbered,
    coalesce(l.traces_of, []) AS events
FROM units AS u
LEFT JOIN left_behind AS l ON l.department = u.department
LEFT JOIN gaps AS g ON g.department = u.department
