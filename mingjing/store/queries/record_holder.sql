-- Which entry has a number of a subject, with as little as that takes; a person's before the service's.
SELECT hash, actor, body
FROM record
WHERE kind = {kind:String} AND subject = {subject:String} AND number = {number:UInt32}
ORDER BY startsWith(actor, 'system:')
SETTINGS max_threads = 1
