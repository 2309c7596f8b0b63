-- About which cases (or, as `finding:ID`, findings of no case) something was stored since an instant, and when; at that very
-- instant only those after a subject, since everything that one statement inserts (a restored backup) is told of at one instant.
SELECT case_id, stored_at FROM touched
WHERE stored_at >= {since:DateTime64(3, 'UTC')} AND stored_at < {until:DateTime64(3, 'UTC')}
  AND (stored_at > {since:DateTime64(3, 'UTC')} OR case_id > {after:String})
GROUP BY case_id, stored_at
ORDER BY stored_at, case_id
LIMIT {limit:UInt32}
