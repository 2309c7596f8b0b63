-- Which of these findings there are.
SELECT finding_id FROM findings FINAL WHERE finding_id IN {findings:Array(String)}
