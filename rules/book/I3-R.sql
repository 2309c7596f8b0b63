-- Per officer: cases that he or she entered as withdrawn or terminated, how near they were to their due day, whether
-- the applicant confirmed it, and whether the same applicant's same item began again soon after.
WITH
    leaving AS (
        SELECT
            case_id, occurred_at AS left_at, officer, event_id, device,
            JSONExtractString(data, 'confirmed') != '' AS confirmed
        FROM facts
        WHERE type IN ('withdrawn', 'terminated') AND officer != ''
          AND NOT (type = 'terminated' AND JSONExtractString(data, 'ground')
                   IN ('applicant_deceased', 'legal_person_ended', 'law_changed', 'object_gone'))  -- nobody could confirm
          AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
    ),
    again AS (SELECT applicant, item, groupArray((first_at, case_id)) AS begun FROM cases WHERE applicant != ''
              GROUP BY applicant, item)
SELECT
    l.officer AS subject, min(c.department) AS department,
    count() AS left,
    countIf(arrayExists(one -> one.1 > l.left_at AND one.1 < l.left_at + toIntervalDay({days:UInt32})
                               AND one.2 != c.case_id, a.begun)) AS refiled,
    countIf(NOT l.confirmed) AS unconfirmed,
    countIf(c.committed_days > 0 AND c.used_days >= 0.7 * c.committed_days) AS near_due,
    toUInt64(count() - uniqExactIf(l.device, l.device != '') - countIf(l.device = '')) AS same_device,
    round(unconfirmed / left, 3) AS unconfirmed_share,
    round(near_due / left, 3) AS near_due_share,
    round(same_device / left, 3) AS same_device_share,
    round((left - unconfirmed) / left, 3) AS confirmed_share,
    groupArraySorted(8)(l.event_id) AS events
FROM leaving AS l
INNER JOIN cases AS c ON c.case_id = l.case_id
LEFT JOIN again AS a ON a.applicant = c.applicant AND a.item = c.item
GROUP BY l.officer
