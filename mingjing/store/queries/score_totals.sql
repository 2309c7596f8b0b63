-- What each subject of a level did with each item in a span of days, out of the sums of a grain. Empty lists: all.
SELECT
    toString(multiIf({level:String} = 'window', `window`, {level:String} = 'officer', officer,
                     {level:String} = 'department', department, {level:String} = 'region', region, item)) AS code,
    toString(item) AS of_item,
    sum(opened) AS opened, sum(closed) AS closed, sum(granted) AS granted,
    sum(committed_n) AS committed_n, sum(committed_good) AS committed_good,
    sum(early_n) AS early_n, sum(early_good) AS early_good,
    sum(statutory_n) AS statutory_n, sum(statutory_good) AS statutory_good,
    sum(acceptance_n) AS acceptance_n, sum(acceptance_good) AS acceptance_good,
    sum(step_n) AS step_n, sum(step_good) AS step_good,
    sum(delivery_n) AS delivery_n, sum(delivery_good) AS delivery_good,
    sum(reply_n) AS reply_n, sum(reply_good) AS reply_good,
    sum(once_n) AS once_n, sum(once_good) AS once_good,
    sum(rating_n) AS rating_n, sum(rating_good) AS rating_good,
    sum(complaint_n) AS complaint_n,
    sum(presence_n) AS presence_n, sum(presence_good) AS presence_good,
    sum(parallel_n) AS parallel_n, sum(parallel_good) AS parallel_good,
    sum(unjudged) AS unjudged,
    sumMap(legal_pace) AS paces,
    toFloat64(arraySum(mapValues(paces))) AS speed_n,
    arraySum((key, n) -> n * least({cap:Float64}, 1 - (key % 1000) / intDiv(key, 1000)), mapKeys(paces), mapValues(paces)) AS speed_sum,
    arraySum((key, n) -> n * pow(least({cap:Float64}, 1 - (key % 1000) / intDiv(key, 1000)), 2), mapKeys(paces), mapValues(paces))
        AS speed_squares,
    sumMap(cards) AS cards, sumMap(confirmed) AS confirmed
FROM score_sums
WHERE grain = {grain:String} AND start >= {first:Date} AND start < {last:Date}
  AND (empty({regions:Array(String)}) OR region IN {regions:Array(String)})
  AND (empty({departments:Array(String)}) OR department IN {departments:Array(String)})
  AND (empty({windows:Array(String)}) OR `window` IN {windows:Array(String)})
  AND (empty({officers:Array(String)}) OR officer IN {officers:Array(String)})
  AND (empty({items:Array(String)}) OR item IN {items:Array(String)})
GROUP BY code, of_item
HAVING code != '' AND sum(lines) != 0
ORDER BY code, of_item
