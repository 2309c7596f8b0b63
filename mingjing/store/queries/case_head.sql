-- A case in a few words: the latest that its events say of it.
SELECT uniqExact(event_id) AS events,
       minOrNull(occurred_at) AS first_at,
       maxOrNull(occurred_at) AS last_at,
       argMaxIf(toString(item), occurred_at, item != '') AS item,
       argMaxIf(toString(region), occurred_at, region != '') AS region,
       argMaxIf(toString(department), occurred_at, department != '') AS department,
       argMaxIf(toString(`window`), occurred_at, `window` != '') AS `window`,
       argMaxIf(toString(officer), occurred_at, officer != '') AS officer,
       argMaxIf(toString(channel), occurred_at, channel != '') AS channel,
       argMaxIf(toString(source), occurred_at, source != '') AS source,
       argMaxIf(toString(type), occurred_at, type IN ('decided', 'closed', 'withdrawn', 'terminated', 'reopened'))
           AS finished_by
FROM events
WHERE case_id = {case_id:String}
