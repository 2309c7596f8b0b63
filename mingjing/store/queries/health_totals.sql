-- How much is stored.
SELECT (SELECT count() FROM events) AS events,
       (SELECT count() FROM findings FINAL) AS findings,
       (SELECT count() FROM finding_revisions FINAL) AS revisions,
       (SELECT nullIf(max(stored_at), toDateTime64(0, 3, 'UTC')) FROM events) AS last_event,
       (SELECT maxOrNull(stored_at) FROM findings) AS last_finding,
       (SELECT count() FROM dead_letters FINAL) AS dead_letters,
       (SELECT count() FROM conflicts FINAL) AS conflicts,
       version() AS version
