-- Cases that ended in the period, by department (or officer) and item family: how many were refused, late, early.
-- Late and early are near enough for rates; pauses are taken out. Work orders and the like have no refusal.
SELECT
    if({by:String} = 'officer', decided_by, department) AS subject,
    if({by:String} = 'officer', min(department), '') AS department,
    family,
    countIf(result IN ('granted', 'refused')) AS decided,
    countIf(result = 'refused') AS refused,
    countIf(committed_days > 0 AND used_days IS NOT NULL) AS limited,
    countIf(committed_days > 0 AND used_days > committed_days AND extensions = 0) AS overdue,
    countIf(committed_days > 0 AND used_days < committed_days) AS early,
    uniqExactIf(applicant, applicant != '') AS applicants,
    groupArraySortedIf(5)(case_id, result = 'refused') AS cases
FROM cases
WHERE ended_at >= {since:DateTime64(3, 'UTC')} AND ended_at < {until:DateTime64(3, 'UTC')}
  AND withdrawn_at IS NULL AND terminated_at IS NULL
GROUP BY subject, family
HAVING subject != ''
