-- The same out of what was stored itself: a server that was killed may have kept an event and not that it was touched.
SELECT DISTINCT case_id FROM events WHERE stored_at >= {since:DateTime64(3, 'UTC')}
UNION DISTINCT
SELECT if(case_id = '', concat('finding:', finding_id), case_id) FROM finding_revisions
WHERE stored_at >= {since:DateTime64(3, 'UTC')}
UNION DISTINCT
SELECT if(case_id = '', concat('finding:', finding_id), case_id) FROM rulings
WHERE stored_at >= {since:DateTime64(3, 'UTC')}
