-- Per window: on which working day after the receipt its cases were accepted, and what was there before "receipt" or
-- "acceptance": the queue ticket, the upload, a payment, the first step. Cases with a correction are left out.
WITH
    days_of AS (SELECT groupArray(number) AS numbers, toInt32(min(day)) AS first FROM (SELECT * FROM days ORDER BY day)),
    received AS (
        SELECT case_id, min(occurred_at) AS at,
               minOrNull(parseDateTime64BestEffortOrNull(
                   coalesce(nullIf(JSONExtractString(data, 'queue_at'), ''),
                            nullIf(JSONExtractString(data, 'uploaded_at'), '')), 3)) AS witness
        FROM facts WHERE type = 'material_received' GROUP BY case_id
    ),
    before AS (
        SELECT case_id, min(occurred_at) AS at FROM facts WHERE type IN ('step_started', 'fee_paid') GROUP BY case_id
    )
SELECT
    c.accepted_window AS subject, min(c.department) AS department,
    count() AS accepted,
    countIf(waited = {deadline:Int32}) AS on_last_day,
    countIf(waited BETWEEN 2 AND {deadline:Int32} - 1) AS on_days_before,
    round(on_last_day / (on_last_day + on_days_before + 0.001), 3) AS bunched,
    countIf(r.witness < r.at - toIntervalHour({hours:UInt32})) AS witnessed,
    countIf(b.at < c.accepted_at - toIntervalHour(1)) AS begun_before,
    groupArraySortedIf(8)(c.case_id, waited = {deadline:Int32}) AS cases
FROM (
    SELECT *,
        (SELECT numbers FROM days_of)[toInt32(toDate32(accepted_at, {zone:String})) - (SELECT first FROM days_of) + 1]
        - (SELECT numbers FROM days_of)[toInt32(toDate32(received_at, {zone:String})) - (SELECT first FROM days_of) + 1]
        AS waited
    FROM cases
    WHERE accepted_at >= {since:DateTime64(3, 'UTC')} AND accepted_at < {until:DateTime64(3, 'UTC')}
      AND received_at IS NOT NULL AND supplied_at IS NULL AND case_type != 'immediate' AND accepted_window != ''
) AS c
INNER JOIN received AS r ON r.case_id = c.case_id
LEFT JOIN before AS b ON b.case_id = c.case_id
GROUP BY subject
