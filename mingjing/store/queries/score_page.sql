-- The next cases in the order of their ids.
SELECT case_id FROM events
WHERE case_id > {after:String}
GROUP BY case_id
ORDER BY case_id
LIMIT {limit:UInt32}
SETTINGS optimize_aggregation_in_order = 1
