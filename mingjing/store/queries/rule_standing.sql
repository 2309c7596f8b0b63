-- The findings of some rules that stand, the latest first, each whole as JSON in `body`.
SELECT finding_id, argMax(body, revision) AS body
FROM finding_revisions
WHERE finding_id IN (SELECT finding_id FROM findings FINAL WHERE rule IN {rules:Array(String)} AND status != 'withdrawn'
                     ORDER BY occurred_at DESC, finding_id LIMIT {limit:UInt32})
GROUP BY finding_id
ORDER BY max(occurred_at) DESC, finding_id
