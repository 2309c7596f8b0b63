-- The events of all cases that anything happened to within [since, until), as far as they had occurred before until:
-- each event once, corrections in place of what they correct, the details that many rules ask for read out of `raw`.
-- Of two contents under one event_id the one with the smaller hash counts.
INSERT INTO facts
WITH
    concerned AS (
        SELECT DISTINCT case_id FROM events
        WHERE occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
    ),
    corrections AS (SELECT corrects, event_id, recorded_at, occurred_at FROM events WHERE corrects != ''),
    replaced AS (
        SELECT corrects FROM corrections WHERE corrects != event_id
        UNION ALL
        SELECT arrayJoin(arrayPopBack(arrayMap(
            one -> one.2, arraySort(groupUniqArray((coalesce(recorded_at, occurred_at), event_id))))))
        FROM corrections WHERE corrects != event_id GROUP BY corrects HAVING uniqExact(event_id) > 1
    ),
    again AS (SELECT cityHash64(event_id) FROM events GROUP BY cityHash64(event_id) HAVING count() > 1),
    counting AS (
        SELECT * EXCEPT (content) FROM (
            SELECT event_id, case_id, type, occurred_at, recorded_at, received_at, source, item, region, department,
                   `window`, officer, channel, JSONExtractRaw(raw, 'data') AS data, 0 AS content
            FROM events
            WHERE case_id IN (concerned) AND occurred_at < {until:DateTime64(3, 'UTC')}
              AND cityHash64(event_id) NOT IN (again) AND event_id NOT IN (replaced)
            UNION ALL
            SELECT event_id, case_id, type, occurred_at, recorded_at, received_at, source, item, region, department,
                   `window`, officer, channel, JSONExtractRaw(raw, 'data') AS data, cityHash64(data) AS content
            FROM events
            WHERE case_id IN (concerned) AND occurred_at < {until:DateTime64(3, 'UTC')}
              AND cityHash64(event_id) IN (again) AND event_id NOT IN (replaced)
            ORDER BY content, received_at
            LIMIT 1 BY event_id
        )
    )
SELECT
    event_id, case_id, type, occurred_at, recorded_at, received_at, source, item, region, department, `window`, officer,
    channel, data,
    if(type IN ('submitted', 'material_received', 'accepted'), JSONExtractString(data, 'applicant'), '') AS applicant,
    if(type IN ('submitted', 'withdrawn', 'terminated', 'rated'), JSONExtractString(data, 'device'), '') AS device,
    if(type IN ('decided', 'closed', 'pre_reviewed'), JSONExtractString(data, 'result'), '') AS result
FROM counting
