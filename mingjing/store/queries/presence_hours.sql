-- In how many minutes of each hour each window was seen staffed, unstaffed only, or not at all although somebody looked.
SELECT `window`, hour, bitCount(s) AS staffed, bitCount(bitAnd(u, bitNot(s))) AS unstaffed,
       bitCount(bitAnd(k, bitNot(bitOr(s, u)))) AS unknown
FROM (
    SELECT `window`, hour, groupBitOr(staffed) AS s, groupBitOr(unstaffed) AS u, groupBitOr(unknown) AS k
    FROM presence_hours
    WHERE hour >= {since:DateTime64(3, 'UTC')} AND hour < {until:DateTime64(3, 'UTC')}
      AND (empty({windows:Array(String)}) OR has({windows:Array(String)}, `window`))
    GROUP BY `window`, hour
)
ORDER BY `window`, hour
