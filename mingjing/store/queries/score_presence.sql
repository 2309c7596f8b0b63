-- The minutes of each hour in which each window was seen staffed, and in which anything is known of it: bit n is minute n.
SELECT toString(`window`) AS `window`, hour, groupBitOr(staffed) AS staffed_, bitOr(staffed_, groupBitOr(unstaffed)) AS known
FROM presence_hours
WHERE hour >= {since:DateTime64(3, 'UTC')} AND hour < {until:DateTime64(3, 'UTC')}
GROUP BY `window`, hour
HAVING known != 0
ORDER BY `window`, hour
