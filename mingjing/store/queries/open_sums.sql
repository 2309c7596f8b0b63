-- The sums that open data are built from: by month, region, department and item; never by window or officer.
SELECT
    start AS month,
    toString(region) AS of_region, toString(department) AS of_department, toString(item) AS of_item,
    sum(closed) AS closed,
    sum(committed_n) AS committed_n, sum(committed_good) AS committed_good,
    sum(early_n) AS early_n, sum(early_good) AS early_good,
    sum(rating_n) AS rating_n, sum(rating_good) AS rating_good,
    sum(complaint_n) AS complaint_n,
    sumMap(pace) AS pace, sumMap(confirmed) AS confirmed
FROM score_sums
WHERE grain = 'month' AND start >= toStartOfMonth({first:Date}) AND start < {last:Date}
GROUP BY month, of_region, of_department, of_item
ORDER BY month, of_region, of_department, of_item
