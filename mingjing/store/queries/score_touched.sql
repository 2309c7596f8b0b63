-- About which cases (or, as `finding:ID`, findings of no case) something was stored since an instant, and when.
SELECT case_id, stored_at FROM touched
WHERE stored_at >= {since:DateTime64(3, 'UTC')} AND stored_at < {until:DateTime64(3, 'UTC')}
GROUP BY case_id, stored_at
ORDER BY stored_at
LIMIT {limit:UInt32}
