-- Up to when everything stored is in the scores; no row where no scorer has run.
SELECT min(until) AS known FROM score_progress FINAL WHERE name = 'live' HAVING count() > 0
