-- The versions that registers have had, the latest first.
SELECT toString(register) AS register, version, rows, stored_at
FROM register_versions
WHERE empty({registers:Array(String)}) OR register IN {registers:Array(String)}
ORDER BY register, stored_at DESC
