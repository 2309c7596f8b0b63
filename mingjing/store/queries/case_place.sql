-- Where a case lives, and when silence could next change it (microseconds; NULL: never).
SELECT
    any(`partition`) AS `partition`,
    (
        SELECT toUnixTimestamp64Micro(wake) FROM case_state FINAL
        WHERE topic = {topic:String} AND case_id = {case:String} LIMIT 1
    ) AS wake_micros
FROM events WHERE case_id = {case:String} AND topic = {topic:String}
HAVING count() > 0
