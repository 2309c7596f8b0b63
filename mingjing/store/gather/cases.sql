-- One row per case that anything happened to within [since, until), as it stood at until: who, what, when, how long.
-- `days` hold the running number of working days; what is counted here is near enough for rates, deadlines are T2's.
INSERT INTO cases
WITH
    {numbers:Array(UInt32)} AS numbers,
    day -> numbers[toInt32(toDate32(day, {zone:String})) - {first_day:Int32} + 1] AS nth,
    milestones AS (
        SELECT
            case_id,
            argMinIf(facts.item, (occurred_at, event_id), facts.item != '') AS item,
            argMinIf(facts.region, (occurred_at, event_id), facts.region != '') AS region,
            argMinIf(facts.department, (occurred_at, event_id), facts.department != '') AS department,
            argMinIf(facts.`window`, (occurred_at, event_id), facts.`window` != '') AS `window`,
            argMinIf(facts.source, (occurred_at, event_id), facts.source != '') AS source,
            argMinIf(facts.channel, (occurred_at, event_id), facts.channel != '') AS channel,
            max(facts.applicant) AS applicant,
            min(occurred_at) AS first_at,
            minOrNullIf(occurred_at, type = 'material_received') AS received_at,
            maxOrNullIf(occurred_at, type = 'correction_supplied') AS supplied_at,
            minOrNullIf(occurred_at, type = 'accepted') AS accepted_at,
            argMinIf(officer, (occurred_at, event_id), type = 'accepted') AS accepted_by,
            argMinIf(facts.`window`, (occurred_at, event_id), type = 'accepted') AS accepted_window,
            minOrNullIf(occurred_at, type = 'decided') AS decided_at,
            argMinIf(officer, (occurred_at, event_id), type = 'decided') AS decided_by,
            argMinIf(facts.result, (occurred_at, event_id), type = 'decided') AS result,
            minOrNullIf(occurred_at, type = 'closed') AS closed_at,
            minOrNullIf(occurred_at, type = 'delivered') AS delivered_at,
            minOrNullIf(occurred_at, type = 'withdrawn') AS withdrawn_at,
            minOrNullIf(occurred_at, type = 'terminated') AS terminated_at,
            countIf(type = 'extension_approved') AS extensions,
            minOrNullIf(occurred_at, type IN ('decided', 'closed', 'withdrawn', 'terminated')) AS ended_at
        FROM facts
        WHERE occurred_at < {until:DateTime64(3, 'UTC')}
          AND type IN ('submitted', 'material_received', 'correction_supplied', 'accepted', 'not_accepted', 'decided',
                       'extension_approved', 'closed', 'delivered', 'withdrawn', 'terminated', 'wo_received', 'wo_closed', 'penalty_filed',
                       'levy_declared', 'agency_selected', 'tender_registered')
          AND case_id IN (SELECT case_id FROM facts WHERE occurred_at >= {since:DateTime64(3, 'UTC')}
                                                      AND occurred_at < {until:DateTime64(3, 'UTC')})
        GROUP BY case_id
    ),
    stopped AS (
        SELECT case_id, sum(nth(least(coalesce(ended_at, {until:DateTime64(3, 'UTC')}), {until:DateTime64(3, 'UTC')}))
                            - nth(started_at)) AS days
        FROM pauses GROUP BY case_id
    )
SELECT
    m.case_id, m.item, m.region, m.department, m.`window`, m.source, m.channel, m.applicant, m.first_at, m.received_at,
    m.supplied_at, m.accepted_at, m.accepted_by, m.accepted_window, m.decided_at, m.decided_by, m.result, m.closed_at,
    m.delivered_at, m.withdrawn_at, m.terminated_at, m.ended_at,
    if(i.valid_to >= day, i.version, '') AS version,
    if(i.valid_to >= day, i.matter, '') AS matter,
    if(i.valid_to >= day, i.case_type, '') AS case_type,
    if(i.valid_to >= day, i.family, '') AS family,
    if(i.valid_to >= day, i.committed_days, NULL) AS committed_days,
    if(i.valid_to >= day, i.statutory_days, NULL) AS statutory_days,
    coalesce(s.days, 0) AS paused_days,
    m.extensions,
    if(m.accepted_at IS NULL OR m.ended_at IS NULL, NULL,
       greatest(0, toInt32(nth(assumeNotNull(m.ended_at))) - toInt32(nth(assumeNotNull(m.accepted_at)))
                   - toInt32(coalesce(s.days, 0)))) AS used_days
FROM (SELECT *, toDate32(coalesce(accepted_at, first_at), {zone:String}) AS day FROM milestones) AS m
ASOF LEFT JOIN items AS i
    ON m.item = i.item AND m.day >= i.valid_from
LEFT JOIN stopped AS s ON s.case_id = m.case_id
