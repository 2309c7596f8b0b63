-- Accounts as they last were; no names given: all.
SELECT account, version, name, arraySort(roles) AS roles, place, officer, password, renew, subject, email, closed
FROM accounts FINAL
WHERE empty({accounts:Array(String)}) OR account IN {accounts:Array(String)}
ORDER BY account
