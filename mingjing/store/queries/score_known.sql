-- Up to when everything stored is in the scores; no row where no scorer has run.
SELECT until AS known FROM score_progress FINAL WHERE name = 'live'
