-- How many cases there are from one on, in the order of their ids.
SELECT uniq(case_id) AS cases FROM events WHERE case_id >= {since_case:String}
