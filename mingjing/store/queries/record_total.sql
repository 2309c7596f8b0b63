-- How many entries the sealed record has.
SELECT count() AS entries, uniq(chain) AS chains FROM record
