-- Changes whenever a finding or its handling does: what the desk shows need not be read again before.
SELECT (SELECT max(stored_at) FROM findings) AS found, (SELECT max(stored_at) FROM handling) AS handled
