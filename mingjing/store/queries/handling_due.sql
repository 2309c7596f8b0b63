-- Findings that were stored since an instant (those detected from `since` on), and those whose time for the service has come; `latest`:
-- when the finding was last stored, 0 where it was before that instant.
SELECT finding_id, max(stored_at) AS latest FROM
(
    SELECT finding_id, stored_at FROM findings
    WHERE stored_at >= {stored:DateTime64(3, 'UTC')} AND detected_at >= {since:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT finding_id, toDateTime64(0, 3, 'UTC') AS stored_at FROM handling FINAL WHERE wake <= {now:DateTime64(3, 'UTC')}
)
GROUP BY finding_id
ORDER BY finding_id
LIMIT {limit:UInt32}
