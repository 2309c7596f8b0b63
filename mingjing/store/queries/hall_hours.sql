-- In how many minutes of their opening hours windows were seen staffed, unstaffed, or could not be seen, by weekday
-- (1: Monday) and local hour, on the local `days`; `seen`: on how many of those days there was any sample. `masks`: the
-- open ones of the 60 minutes (bit n: minute n) from each quarter of the local day. A minute with somebody in it is
-- staffed, whatever else was seen in it. `windows` alone, or, where there are none, all but the `others`.
WITH toTimeZone(hour, {timezone:String}) AS local,
     {masks:Array(UInt64)}[intDiv(toHour(local) * 60 + toMinute(local), 15) + 1] AS mask
SELECT `window`, toDayOfWeek(local) AS weekday, toHour(local) AS at,
       sum(bitCount(bitAnd(s, mask))) AS staffed,
       sum(bitCount(bitAnd(bitAnd(u, bitNot(s)), mask))) AS unstaffed,
       sum(bitCount(bitAnd(bitAnd(x, bitNot(bitOr(s, u))), mask))) AS unknown,
       uniqExact(toDate(local)) AS seen
FROM
(
    SELECT `window`, hour, groupBitOr(staffed) AS s, groupBitOr(unstaffed) AS u, groupBitOr(unknown) AS x
    FROM presence_hours
    WHERE hour >= {since:DateTime64(3, 'UTC')} AND hour < {until:DateTime64(3, 'UTC')}
        AND (empty({windows:Array(String)}) OR has({windows:Array(String)}, `window`))
        AND NOT has({others:Array(String)}, `window`)
    GROUP BY `window`, hour
)
WHERE mask != 0 AND has({days:Array(Date)}, toDate(local))
GROUP BY `window`, weekday, at
ORDER BY `window`, weekday, at
