-- The rows of registers as they were last loaded, all versions in time of each; `days`: only those in force on one of these.
SELECT toString(register) AS register, key, code, valid_from, valid_to, toString(region) AS region,
       toString(department) AS department, fields, version
FROM registers FINAL
WHERE NOT gone
  AND (empty({registers:Array(String)}) OR register IN {registers:Array(String)})
  AND (empty({days:Array(Date32)}) OR arrayExists(day -> valid_from <= day AND day <= valid_to, {days:Array(Date32)}))
ORDER BY register, key, valid_from
