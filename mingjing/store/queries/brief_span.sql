-- The first month and the last day with anything to count; 1970-01-01 where there is nothing.
SELECT
    (SELECT min(start) FROM score_sums WHERE grain = 'month') AS first,
    (SELECT max(start) FROM score_sums WHERE grain = 'day'
        AND start >= (SELECT max(start) FROM score_sums WHERE grain = 'month')) AS last
