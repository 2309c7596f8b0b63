-- How far somebody who follows the record has come in each chain; nothing for who never did.
SELECT chain, max(seq) AS seq FROM record_reached WHERE work = {work:String} GROUP BY chain ORDER BY chain
