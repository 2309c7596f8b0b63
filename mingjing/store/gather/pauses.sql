-- One row per stop of the clock 停表 that began before until, with its end, if it has one by then.
INSERT INTO pauses
WITH
    if(type IN ('suspended', 'resumed'), 'suspended', 'special') AS of,
    moments AS (
        SELECT
            case_id, of AS kind,
            groupArrayIf((occurred_at, event_id, officer, department, data), type IN ('suspended', 'special_started')) AS opened,
            arraySort(groupArrayIf(occurred_at, type IN ('resumed', 'special_ended'))) AS closed
        FROM facts
        WHERE occurred_at < {until:DateTime64(3, 'UTC')}
          AND type IN ('suspended', 'resumed', 'special_started', 'special_ended')
        GROUP BY case_id, kind
    )
SELECT
    case_id, kind, one.2, one.3, one.4, one.1,
    arrayFirstOrNull(end -> end >= one.1, closed),
    JSONExtract(one.5, 'declared_days', 'Nullable(Float64)'),
    JSONExtractString(one.5, 'notified_at') != '',
    JSONExtractString(one.5, 'evidence_no') != ''
FROM (SELECT *, arrayJoin(opened) AS one FROM moments)
