-- Sessions that have not ended: those of a token, or of an account; nothing given: none.
SELECT token, account, opened_at, until, ended
FROM sessions FINAL
WHERE NOT ended
  AND token = if({token:String} = '', token, {token:String})
  AND account = if({account:String} = '', account, {account:String})
  AND ({token:String} != '' OR {account:String} != '')
ORDER BY opened_at
