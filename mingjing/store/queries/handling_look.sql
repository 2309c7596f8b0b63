-- Findings about which the service itself may have to do something: new ones without a row, those whose latest revision
-- says something else than their handling, those that a person wrote about before they went out by themselves (`issue`: severities
-- that do), those whose time has come.
SELECT finding_id FROM
(
    SELECT found.finding_id AS finding_id, found.detected_at AS waits
    FROM
    (
        SELECT finding_id, severity, status, detected_at, (region, department, `window`, officer) AS place FROM findings FINAL
    ) AS found
    LEFT JOIN
    (
        SELECT finding_id, state, gravest, lead, 1 AS there, (region, department, `window`, officer) AS place FROM handling FINAL
    ) AS stands ON stands.finding_id = found.finding_id
    WHERE (there = 1 AND found.place != stands.place)
       OR (there = 0 AND detected_at >= {since:DateTime64(3, 'UTC')})
       OR (there = 1 AND found.status = 'withdrawn' AND state NOT IN ('withdrawn', 'revoked', 'transferred'))
       OR (there = 1 AND found.status != 'withdrawn' AND state = 'withdrawn')
       OR (there = 1 AND found.status != 'withdrawn' AND found.severity > gravest AND state NOT IN ('transferred', 'revoking'))
       OR (there = 1 AND found.status = 'resolved' AND gravest = 1 AND lead = 0
           AND state IN ('issued', 'acknowledged', 'explained', 'replied', 'verified'))
       OR (there = 1 AND state = 'pending' AND lead = 0 AND detected_at >= {since:DateTime64(3, 'UTC')}
           AND found.status != 'withdrawn' AND has({issue:Array(UInt8)}, found.severity))
    UNION ALL
    SELECT finding_id, assumeNotNull(wake) AS waits FROM handling FINAL WHERE wake <= {now:DateTime64(3, 'UTC')}
)
GROUP BY finding_id
ORDER BY min(waits), finding_id
LIMIT {limit:UInt32}
SETTINGS join_use_nulls = 0
