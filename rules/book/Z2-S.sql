-- Per owner, site and kind of work: projects registered in the period that lie a little below the threshold for the
-- trading platform, and what they come to together.
WITH
    projects AS (
        SELECT
            JSONExtractString(data, 'owner') AS owner, JSONExtractString(data, 'site') AS site,
            JSONExtractString(data, 'kind') AS kind, JSONExtractFloat(data, 'amount') AS amount,
            JSONExtractFloat(data, 'area') AS area, JSONExtractString(data, 'place') AS place,
            toDate32(occurred_at, {zone:String}) AS on, event_id, case_id, department,
            if(kind = 'procurement', amount / {procurement:Float64},
               greatest(amount / {construction:Float64}, area / {area:Float64})) AS part
        FROM facts
        WHERE type = 'tender_registered'
          AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
    )
SELECT
    owner AS subject, kind, min(department) AS department, count() AS projects,
    countIf(part >= {near:Float64} AND part < 1) AS just_below,
    round(just_below / projects, 3) AS just_below_share,
    floor(if(kind = 'procurement', sum(amount) / {procurement:Float64},
             greatest(sum(amount) / {construction:Float64}, sum(area) / {area:Float64})) + 1e-9, 3) AS together,
    countIf(place != 'platform') AS elsewhere,
    round(elsewhere / projects, 3) AS elsewhere_share,
    dateDiff('day', min(on), max(on)) AS days_between,
    groupArraySorted(8)(event_id) AS events
FROM projects
WHERE part < 1 AND owner != ''
GROUP BY owner, site, kind
HAVING projects > 1
