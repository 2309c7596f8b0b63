-- How many cases something of these types happened to within a time, and when anything last happened.
SELECT uniqExact(case_id) AS cases, (SELECT max(occurred_at) FROM events WHERE topic = {topic:String}) AS latest
FROM events
WHERE topic = {topic:String} AND type IN {types:Array(String)}
  AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
