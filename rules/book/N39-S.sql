-- Per person who proposes penalties: how often the sum is the least of its band (its lowest twentieth), against the median of the others.
WITH
    bands AS (
        SELECT code, fields['item'] AS item, valid_from, valid_to,
               toFloat64OrZero(fields['least']) AS least, toFloat64OrZero(fields['most']) AS most
        FROM registers WHERE register = 'bands'
    ),
    penalties AS (
        SELECT
            if(JSONExtractString(data, 'handler') = '', toString(officer), JSONExtractString(data, 'handler')) AS handler,
            JSONExtractString(data, 'band') AS band, JSONExtract(data, 'amount', 'Nullable(Float64)') AS amount,
            item, department, event_id, toDate32(occurred_at, {zone:String}) AS day
        FROM facts
        WHERE type = 'decided' AND result = 'granted'
          AND JSONHas(data, 'band') AND amount IS NOT NULL AND trimBoth(JSONExtractString(data, 'departure')) = ''
          AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
    ),
    placed AS (
        SELECT p.handler AS handler, p.department AS department, p.event_id AS event_id,
               (p.amount - b.least) / (b.most - b.least) AS position
        FROM penalties AS p INNER JOIN bands AS b ON b.code = p.band AND b.item = p.item
        WHERE p.day >= b.valid_from AND p.day <= b.valid_to AND b.most > b.least
          AND p.amount >= b.least AND p.amount <= b.most AND handler != ''
    ),
    people AS (
        SELECT handler, min(department) AS department, count() AS penalties, countIf(position <= 0.05) AS at_least,
               round(at_least / penalties, 3) AS share, round(avg(position), 3) AS mean_position,
               groupArraySortedIf(8)(event_id, position <= 0.05) AS events
        FROM placed GROUP BY handler
    )
SELECT
    a.handler AS subject, any(a.department) AS department, any(a.penalties) AS penalties, any(a.at_least) AS at_least,
    any(a.share) AS share, any(a.mean_position) AS place,
    greatest(round(quantileExactIf(0.5)(b.share, b.handler != a.handler AND b.penalties >= 8), 3), 0.05) AS usual,
    round(quantileExactIf(0.5)(b.mean_position, b.handler != a.handler AND b.penalties >= 8), 3) AS usual_place,
    round(place / greatest(usual_place, 0.01), 3) AS of_usual,
    any(a.events) AS events
FROM people AS a CROSS JOIN people AS b
GROUP BY a.handler
HAVING countIf(b.handler != a.handler AND b.penalties >= 8) >= 3
