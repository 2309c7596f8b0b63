-- Tenders in which some parties 交易主体 bid: when each bid came, was first scored, and won; null for what did not happen.
-- What a later record corrects did not happen. `bound`: a bar counts there, the tender is not registered as not compulsory.
SELECT JSONExtractString(raw, 'data', if(type = 'award_published', 'winner', 'bidder')) AS party, case_id,
       anyLast(toString(department)) AS department,
       minOrNullIf(occurred_at, type = 'bid_received') AS bid_at,
       minOrNullIf(occurred_at, type = 'expert_scored') AS scored_at,
       minOrNullIf(occurred_at, type = 'award_published') AS won_at,
       case_id NOT IN
       (
           SELECT case_id FROM events
           WHERE type = 'tender_registered' AND JSONExtractRaw(raw, 'data', 'compulsory') = 'false'
             AND event_id NOT IN (SELECT corrects FROM events WHERE corrects != '')
       ) AS bound
FROM events
WHERE type IN ('bid_received', 'expert_scored', 'award_published')
  AND event_id NOT IN (SELECT corrects FROM events WHERE corrects != '')
  AND party IN {parties:Array(String)}
  AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
GROUP BY party, case_id
ORDER BY max(occurred_at) DESC, party, case_id
LIMIT {limit:UInt32}
