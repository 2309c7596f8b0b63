-- Per item whose promise was changed: the limit before and after, and the work before and after, in working days.
-- A change belongs to the period that ends at least `after` days later, so that there is something to compare.
WITH
    changes AS (
        SELECT
            i.item AS item, i.department AS department, i.valid_from AS on, i.version AS version,
            i.committed_days AS after, i.statutory_days AS law_after,
            lagInFrame(i.committed_days, 1) OVER w AS before, lagInFrame(i.statutory_days, 1) OVER w AS law_before,
            lagInFrame(i.version, 1) OVER w AS version_before
        FROM items AS i
        WINDOW w AS (PARTITION BY i.item ORDER BY i.valid_from ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
    )
SELECT
    c.item AS subject, min(c.department) AS department,
    min(c.before) AS promised_before, min(c.after) AS promised_after,
    round(promised_after / promised_before, 3) AS longer,
    round(min(c.law_after) / min(c.law_before), 3) AS law_longer,
    countIf(k.version = c.version_before) AS cases_before, countIf(k.version = c.version) AS cases_after,
    round(avgIf(k.used_days, k.version = c.version_before), 3) AS used_before,
    round(avgIf(k.used_days, k.version = c.version), 3) AS used_after,
    round((used_after / used_before - 1) / (promised_after / promised_before - 1), 3) AS followed,
    round((used_after / promised_after) / (used_before / promised_before), 3) AS usage_ratio,
    groupArraySortedIf(8)(k.case_id, k.version = c.version) AS cases
FROM changes AS c
INNER JOIN (SELECT item, version, case_id, used_days FROM cases
            WHERE used_days IS NOT NULL AND decided_at IS NOT NULL) AS k ON k.item = c.item
WHERE c.before > 0 AND c.after > c.before
  AND c.on >= toDate32({since:DateTime64(3, 'UTC')}, {zone:String}) - {after:Int32}
  AND c.on < toDate32({until:DateTime64(3, 'UTC')}, {zone:String}) - {after:Int32}
GROUP BY c.item, c.on
HAVING cases_before > 0 AND cases_after > 0 AND used_before > 0
