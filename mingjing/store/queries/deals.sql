-- Deals that were found outside the trading platform 场外交易, the latest first. `severity`: of the open finding about it, 0 where there
-- is none.
SELECT case_id, found_at, department, project, kind, amount, area, owner, site, contractor, tender, signed_on,
       toUInt8(ifNull(found.gravest, 0)) AS severity
FROM
(
    SELECT
        case_id, max(occurred_at) AS found_at, toString(argMax(department, stored_at)) AS department,
        argMax(raw, stored_at) AS head,
        JSONExtractString(head, 'data', 'project') AS project, JSONExtractString(head, 'data', 'kind') AS kind,
        JSONExtract(head, 'data', 'amount', 'Nullable(Float64)') AS amount,
        JSONExtract(head, 'data', 'area', 'Nullable(Float64)') AS area,
        JSONExtractString(head, 'data', 'owner') AS owner, JSONExtractString(head, 'data', 'site') AS site,
        JSONExtractString(head, 'data', 'contractor') AS contractor, JSONExtractString(head, 'data', 'tender') AS tender,
        JSONExtractString(head, 'data', 'signed_on') AS signed_on
    FROM events
    WHERE type = 'deal_found' AND event_id NOT IN (SELECT corrects FROM events WHERE corrects != '' AND type = 'deal_found')
    GROUP BY case_id
) AS deals
LEFT JOIN
(
    SELECT case_id, maxIf(severity, status = 'open') AS gravest FROM findings FINAL
    WHERE startsWith(case_id, 'deal:') AND status != 'withdrawn'
    GROUP BY case_id
) AS found ON found.case_id = deals.case_id
ORDER BY found_at DESC, case_id
LIMIT {limit:UInt32}
