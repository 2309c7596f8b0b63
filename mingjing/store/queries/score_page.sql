-- The next cases in the order of their ids.
SELECT DISTINCT case_id FROM events WHERE case_id > {after:String} ORDER BY case_id LIMIT {limit:UInt32}
