-- Tenders 招投标 as they were registered, how far each has come and what stands found in it, the latest first. `types` are those of
-- its events; `severity` is that of its gravest open finding, 0 where there is none.
SELECT case_id, registered_at, last_at, types, item, region, department, project, kind, amount, area, compulsory, place, owner,
       site, winner, bidders, toUInt32(ifNull(found.findings, 0)) AS findings, toUInt8(ifNull(found.gravest, 0)) AS severity
FROM
(
    SELECT
        case_id, minIf(occurred_at, kept = 'tender_registered') AS registered_at, max(occurred_at) AS last_at,
        groupUniqArray(kept) AS types, anyLast(of_item) AS item, anyLast(of_region) AS region,
        anyLast(of_department) AS department, argMaxIf(raw, stored_at, kept = 'tender_registered') AS head,
        JSONExtractString(head, 'data', 'project') AS project, JSONExtractString(head, 'data', 'kind') AS kind,
        JSONExtract(head, 'data', 'amount', 'Nullable(Float64)') AS amount,
        JSONExtract(head, 'data', 'area', 'Nullable(Float64)') AS area,
        JSONExtractBool(head, 'data', 'compulsory') AS compulsory, JSONExtractString(head, 'data', 'place') AS place,
        JSONExtractString(head, 'data', 'owner') AS owner, JSONExtractString(head, 'data', 'site') AS site,
        JSONExtractString(argMaxIf(raw, occurred_at, kept = 'award_published'), 'data', 'winner') AS winner,
        uniqExactIf(JSONExtractString(raw, 'data', 'bidder'), kept = 'bid_received') AS bidders
    FROM
    (
        SELECT case_id, occurred_at, stored_at, raw, toString(type) AS kept, toString(item) AS of_item,
               toString(region) AS of_region, toString(department) AS of_department
        FROM events
        PREWHERE startsWith(type, 'tender_') OR type IN ('bidder_enrolled', 'bid_received', 'expert_drawn', 'evaluation_ended',
                                                         'award_published', 'award_notified', 'contract_signed')
        WHERE event_id NOT IN (SELECT corrects FROM events WHERE corrects != '')
    )
    GROUP BY case_id
    HAVING has(types, 'tender_registered')
) AS tenders
LEFT JOIN
(
    SELECT case_id, count() AS findings, maxIf(severity, status = 'open') AS gravest
    FROM findings FINAL
    WHERE status != 'withdrawn' AND case_id != ''
    GROUP BY case_id
) AS found ON found.case_id = tenders.case_id
ORDER BY registered_at DESC, case_id
LIMIT {limit:UInt32}
