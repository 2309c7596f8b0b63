-- The subjects of which there are no score lines of today, since they could not be reckoned.
SELECT case_id FROM not_judged FINAL WHERE rule = 'scores' AND reason != ''
