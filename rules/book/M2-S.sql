-- Per officer before whom applicants choose an intermediary: how often the agency that was chosen most, against its
-- share with everybody else; and how many of those choices were for items that only one agency serves.
WITH
    choices AS (
        SELECT
            JSONExtractString(data, 'agency') AS agency,
            JSONExtractString(data, 'by') AS named,
            if(named IN ('', 'officer', 'applicant'), toString(officer), named) AS reviewer,
            item, department, event_id
        FROM facts
        WHERE type = 'agency_selected'
          AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
    ),
    each AS (SELECT reviewer, agency, count() AS n, groupArraySorted(8)(event_id) AS events, min(department) AS department
             FROM choices GROUP BY reviewer, agency),
    totals AS (SELECT reviewer, sum(n) AS n FROM each GROUP BY reviewer),
    market AS (SELECT agency, sum(n) AS n FROM each GROUP BY agency),
    items_of AS (SELECT item, uniqExact(agency) AS agencies FROM choices GROUP BY item),
    alone AS (SELECT c.reviewer AS reviewer, c.agency AS agency, countIf(i.agencies = 1) AS n FROM choices AS c
              INNER JOIN items_of AS i ON i.item = c.item GROUP BY reviewer, agency)
SELECT
    e.reviewer AS subject, min(e.department) AS department, argMax(e.agency, (e.n, e.agency)) AS agency,
    max(e.n) AS chosen, min(t.n) AS choices,
    round(chosen / choices, 3) AS share,
    (argMax(m.n, (e.n, e.agency)) - chosen + 0.5) / ((SELECT sum(n) FROM each) - choices + 1) AS market_share,
    round(argMax(a.n, (e.n, e.agency)) / chosen, 3) AS alone_share,
    argMax(e.events, (e.n, e.agency)) AS events
FROM each AS e
INNER JOIN totals AS t ON t.reviewer = e.reviewer
INNER JOIN market AS m ON m.agency = e.agency
INNER JOIN alone AS a ON a.reviewer = e.reviewer AND a.agency = e.agency
WHERE e.reviewer != ''
GROUP BY e.reviewer
