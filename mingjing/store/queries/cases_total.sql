-- How many cases a topic has, about.
SELECT uniqCombined64(case_id) AS cases FROM events WHERE topic = {topic:String}
