-- What the store's own clock shows.
SELECT now64(3, 'UTC') AS now
