-- Which entry has a number of a subject, with as little as that takes.
SELECT hash, actor, body
FROM record
WHERE kind = {kind:String} AND subject = {subject:String} AND number = {number:UInt32}
SETTINGS max_threads = 1
