-- Everything that was counted in a span of days, out of the sums of a grain, as one row. Empty lists: all.
SELECT
    sum(opened) AS opened, sum(closed) AS closed,
    sum(committed_n) AS committed_n, sum(committed_good) AS committed_good,
    sum(early_n) AS early_n, sum(early_good) AS early_good,
    sum(once_n) AS once_n, sum(once_good) AS once_good,
    sum(rating_n) AS rating_n, sum(rating_good) AS rating_good,
    sum(complaint_n) AS complaint_n,
    sum(presence_n) AS presence_n, sum(presence_good) AS presence_good,
    sum(parallel_n) AS parallel_n, sum(parallel_good) AS parallel_good,
    sum(unjudged) AS unjudged,
    sumMap(arrivals) AS arrivals, sumMap(cards) AS cards
FROM score_sums
WHERE grain = {grain:String} AND start >= {first:Date} AND start < {last:Date}
  AND (empty({regions:Array(String)}) OR region IN {regions:Array(String)})
  AND (empty({departments:Array(String)}) OR department IN {departments:Array(String)})
  AND (empty({windows:Array(String)}) OR `window` IN {windows:Array(String)})
  AND (empty({officers:Array(String)}) OR officer IN {officers:Array(String)})
  AND (empty({items:Array(String)}) OR item IN {items:Array(String)})
