-- Findings that were stored since an instant (those detected from `since` on), and those whose time for the service has come.
SELECT finding_id FROM
(
    SELECT finding_id FROM findings
    WHERE stored_at >= {stored:DateTime64(3, 'UTC')} AND detected_at >= {since:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT finding_id FROM handling FINAL WHERE wake <= {now:DateTime64(3, 'UTC')}
)
GROUP BY finding_id
ORDER BY finding_id
LIMIT {limit:UInt32}
