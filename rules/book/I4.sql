-- Per officer: in how many of the cases that he or she examined the clock was stopped by him or her, and how.
WITH
    days_of AS (SELECT groupArray(number) AS numbers, toInt32(min(day)) AS first FROM (SELECT * FROM days ORDER BY day)),
    later AS (SELECT DISTINCT JSONExtractString(data, 'of') AS event_id FROM facts WHERE type = 'evidence_supplied'),
    stops AS (
        SELECT
            p.officer AS officer, p.case_id AS case_id, p.event_id AS event_id, p.notified AS notified,
            p.evidence OR p.event_id IN (later) AS evidence,
            toDate32(p.started_at, {zone:String}) AS started, toDate32(p.ended_at, {zone:String}) AS ended,
            (SELECT numbers FROM days_of) AS n, (SELECT first FROM days_of) AS f,
            toInt32(n[toInt32(started) - f + 1])
                - toInt32(n[toInt32(toDate32(assumeNotNull(c.accepted_at), {zone:String})) - f + 1]) AS used_before,
            if(p.ended_at IS NULL, NULL,
               toInt32(n[toInt32(assumeNotNull(ended)) - f + 1]) - toInt32(n[toInt32(started) - f + 1])) AS length,
            c.committed_days AS committed, p.declared_days AS declared,
            toDate32(c.decided_at, {zone:String}) = ended AS decided_at_once
        FROM pauses AS p
        INNER JOIN cases AS c ON c.case_id = p.case_id
        WHERE p.started_at >= {since:DateTime64(3, 'UTC')} AND p.started_at < {until:DateTime64(3, 'UTC')}
          AND p.officer != '' AND c.accepted_at IS NOT NULL AND c.committed_days > 0
    ),
    handled AS (
        SELECT officer, uniqExact(case_id) AS handled, min(department) AS department
        FROM facts
        WHERE type IN ('step_ended', 'decided', 'suspended', 'special_started') AND officer != ''
          AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
        GROUP BY officer
    )
SELECT
    h.officer AS subject, h.department AS department, h.handled AS handled,
    countIf(s.case_id != '') AS stopped,
    least(stopped, handled) AS stopped_cases,
    countIf(s.used_before >= {tail:Float64} * s.committed) AS late_stops,
    round(late_stops / greatest(stopped, 1), 3) AS late_share,
    countIf(s.length >= s.declared) AS full_stops,
    arrayMax(arrayMap(one -> countEqual(lengths, one), lengths)) AS same_length,
    arraySort(groupArrayIf(assumeNotNull(s.length), s.length IS NOT NULL)) AS lengths,
    round(greatest(full_stops, same_length) / greatest(stopped, 1), 3) AS full_share,
    countIf(s.case_id != '' AND NOT (s.notified AND s.evidence)) AS bare,
    round(bare / greatest(stopped, 1), 3) AS bare_share,
    countIf(s.decided_at_once) AS at_once,
    round(at_once / greatest(stopped, 1), 3) AS at_once_share,
    round(countIf(s.evidence AND s.notified) / greatest(stopped, 1), 3) AS papers_share,
    arraySlice(arraySort(groupArrayIf(s.event_id, s.event_id != '')), 1, 8) AS events
FROM handled AS h
LEFT JOIN stops AS s ON s.officer = h.officer
GROUP BY h.officer, h.department, h.handled
