-- How many entries of one retention class from before an instant still have their body.
SELECT count() AS entries
FROM record
WHERE keep = {keep:String} AND toUnixTimestamp64Micro(at) < {before:Int64} AND (body != '' OR salt != '')
