-- The item catalogue as it was last kept, by item and version; versions that are gone have the status `removed`.
SELECT item, version, valid_from, valid_to, name, matter, case_type, department, family, committed_days, statutory_days,
       status, fields
FROM items FINAL
WHERE empty({items:Array(String)}) OR item IN {items:Array(String)}
ORDER BY item, valid_from, version
