-- What has to be added to the sums of a grain and a span of its days, so that they are those of the lines; no row: nothing.
SELECT grain, start, region, department, `window`, officer, item,
    sum(opened_) AS opened, sum(closed_) AS closed, sum(granted_) AS granted, sum(committed_n_) AS committed_n,
    sum(committed_good_) AS committed_good, sum(early_n_) AS early_n, sum(early_good_) AS early_good, sum(statutory_n_) AS
    statutory_n, sum(statutory_good_) AS statutory_good, sum(acceptance_n_) AS acceptance_n, sum(acceptance_good_) AS
    acceptance_good, sum(step_n_) AS step_n,
    sum(step_good_) AS step_good, sum(delivery_n_) AS delivery_n, sum(delivery_good_) AS delivery_good, sum(reply_n_) AS
    reply_n, sum(reply_good_) AS reply_good, sum(once_n_) AS once_n, sum(once_good_) AS once_good, sum(rating_n_) AS rating_n,
    sum(rating_good_) AS rating_good, sum(complaint_n_) AS complaint_n, sum(presence_n_) AS presence_n, sum(presence_good_) AS
    presence_good,
    sum(parallel_n_) AS parallel_n, sum(parallel_good_) AS parallel_good, sum(unjudged_) AS unjudged,
    sumMap(arrivals_) AS arrivals, sumMap(pace_) AS pace, sumMap(legal_pace_) AS legal_pace, sumMap(ratings_) AS ratings,
    sumMap(cards_) AS cards, sumMap(confirmed_) AS confirmed,
    sum(lines_) AS lines, sum(checksum_) AS checksum
FROM (
    SELECT
        {grain:String} AS grain,
        multiIf({grain:String} = 'day', day, {grain:String} = 'month', toStartOfMonth(day), toStartOfYear(day)) AS start,
        region, department, `window`, officer, item,
        sumIf(sign * n, about = 'opened') AS opened_,
        sumIf(sign * n, about = 'closed') AS closed_,
        sumIf(sign * good, about = 'closed') AS granted_,
        sumIf(sign * n, about = 'committed') AS committed_n_,
        sumIf(sign * good, about = 'committed') AS committed_good_,
        sumIf(sign * n, about = 'early') AS early_n_,
        sumIf(sign * good, about = 'early') AS early_good_,
        sumIf(sign * n, about = 'statutory') AS statutory_n_,
        sumIf(sign * good, about = 'statutory') AS statutory_good_,
        sumIf(sign * n, about = 'acceptance') AS acceptance_n_,
        sumIf(sign * good, about = 'acceptance') AS acceptance_good_,
        sumIf(sign * n, about = 'step') AS step_n_,
        sumIf(sign * good, about = 'step') AS step_good_,
        sumIf(sign * n, about = 'delivery') AS delivery_n_,
        sumIf(sign * good, about = 'delivery') AS delivery_good_,
        sumIf(sign * n, about = 'reply') AS reply_n_,
        sumIf(sign * good, about = 'reply') AS reply_good_,
        sumIf(sign * n, about = 'once') AS once_n_,
        sumIf(sign * good, about = 'once') AS once_good_,
        sumIf(sign * n, about = 'rating') AS rating_n_,
        sumIf(sign * good, about = 'rating') AS rating_good_,
        sumIf(sign * n, about = 'complaint') AS complaint_n_,
        sumIf(sign * n, about = 'presence') AS presence_n_,
        sumIf(sign * good, about = 'presence') AS presence_good_,
        sumIf(sign * n, about = 'parallel') AS parallel_n_,
        sumIf(sign * good, about = 'parallel') AS parallel_good_,
        sumIf(sign * n, about = 'unjudged') AS unjudged_,
        sumMapIf(map(key, toInt64(sign * n)), about = 'opened') AS arrivals_,
        sumMapIf(map(key, toInt64(sign * n)), about = 'pace') AS pace_,
        sumMapIf(map(key, toInt64(sign * n)), about = 'legal_pace') AS legal_pace_,
        sumMapIf(map(key, toInt64(sign * n)), about = 'rating') AS ratings_,
        sumMapIf(map(toString(word), toInt64(sign * n)), about = 'card') AS cards_,
        sumMapIf(map(toString(word), toInt64(sign * n)), about = 'confirmed') AS confirmed_,
        sum(toInt64(sign)) AS lines_,
        sum(sign * reinterpretAsInt64(line)) AS checksum_
    FROM score_lines
    WHERE day >= {first:Date} AND day < {last:Date}
    GROUP BY start, region, department, `window`, officer, item
    UNION ALL
    SELECT toString(grain), start, region, department, `window`, officer, item,
           -sum(opened), -sum(closed), -sum(granted), -sum(committed_n), -sum(committed_good), -sum(early_n), -sum(early_good),
           -sum(statutory_n), -sum(statutory_good), -sum(acceptance_n), -sum(acceptance_good), -sum(step_n),
           -sum(step_good), -sum(delivery_n), -sum(delivery_good), -sum(reply_n), -sum(reply_good), -sum(once_n),
           -sum(once_good), -sum(rating_n), -sum(rating_good), -sum(complaint_n), -sum(presence_n), -sum(presence_good),
           -sum(parallel_n), -sum(parallel_good), -sum(unjudged),
           mapApply((k, v) -> (k, -v), sumMap(arrivals)), mapApply((k, v) -> (k, -v), sumMap(pace)), mapApply((k, v) -> (k, -v),
           sumMap(legal_pace)), mapApply((k, v) -> (k, -v), sumMap(ratings)),
           mapApply((k, v) -> (k, -v), sumMap(cards)), mapApply((k, v) -> (k, -v), sumMap(confirmed)),
           -sum(lines), -sum(checksum)
    FROM score_sums
    WHERE grain = {grain:String} AND start >= {first:Date} AND start < {last:Date}
    GROUP BY grain, start, region, department, `window`, officer, item
)
GROUP BY grain, start, region, department, `window`, officer, item
HAVING opened != 0 OR closed != 0 OR granted != 0 OR committed_n != 0 OR committed_good != 0 OR early_n != 0 OR early_good != 0
OR statutory_n != 0 OR statutory_good != 0
    OR acceptance_n != 0 OR acceptance_good != 0 OR step_n != 0 OR step_good != 0 OR delivery_n != 0 OR delivery_good != 0 OR
    reply_n != 0 OR reply_good != 0 OR once_n != 0
    OR once_good != 0 OR rating_n != 0 OR rating_good != 0 OR complaint_n != 0 OR presence_n != 0 OR presence_good != 0 OR
    parallel_n != 0 OR parallel_good != 0 OR unjudged != 0
    OR lines != 0 OR checksum != 0
    OR arrayExists(v -> v != 0, mapValues(arrivals)) OR arrayExists(v -> v != 0, mapValues(pace)) OR arrayExists(v -> v != 0,
    mapValues(legal_pace))
    OR arrayExists(v -> v != 0, mapValues(ratings)) OR arrayExists(v -> v != 0, mapValues(cards)) OR arrayExists(v -> v != 0,
    mapValues(confirmed))
LIMIT {limit:UInt32}
