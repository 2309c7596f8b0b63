-- What cases went through: id, type, step, instant in milliseconds, and what it corrects, of at most 300 events each.
SELECT case_id,
       groupArray(300)((event_id, toString(type), if(startsWith(type, 'step_'), JSONExtractString(raw, 'data', 'step'), ''),
                        toUnixTimestamp64Milli(occurred_at), corrects)) AS events
FROM events
WHERE case_id IN {cases:Array(String)}
GROUP BY case_id
ORDER BY case_id
