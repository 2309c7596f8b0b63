-- Cases that a search names: one page of them by their last fitting event, how many there are (`total`), and what was found about each.
-- `search` begins a case id; `codes` are those whose names it matches. `sort`: newest, oldest, gravest.
WITH fitting AS
(
    SELECT case_id, last, total, grave
    FROM
    (
        SELECT case_id, max(occurred_at) AS last, count() OVER () AS total
        FROM events
        WHERE occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
          AND (empty({cases:Array(String)}) OR case_id IN {cases:Array(String)})
          AND (empty({officers:Array(String)}) OR officer IN {officers:Array(String)})
          AND (empty({windows:Array(String)}) OR `window` IN {windows:Array(String)})
          AND (empty({items:Array(String)}) OR item IN {items:Array(String)})
          AND ({search:String} = '' OR startsWith(case_id, {search:String})
               OR hasAny({codes:Array(String)}, [toString(item), toString(department), toString(`window`), toString(officer)]))
          AND case_id NOT IN {but:Array(String)}
        GROUP BY case_id
    ) AS cases
    LEFT JOIN
    (
        SELECT case_id, max(severity) AS grave FROM findings FINAL
        WHERE {sort:String} = 'gravest' AND status != 'withdrawn'
        GROUP BY case_id
    ) AS graves USING (case_id)
    ORDER BY grave DESC,
             if({sort:String} = 'oldest', -toUnixTimestamp64Milli(last), toUnixTimestamp64Milli(last)) DESC, case_id
    LIMIT {limit:UInt32} OFFSET {offset:UInt32}
),
told AS
(
    SELECT case_id, countIf(state != 'withdrawn') AS findings, maxIf(grave, state != 'withdrawn') AS severity
    FROM
    (
        SELECT case_id, finding_id, argMax(status, revision) AS state, argMax(severity, revision) AS grave
        FROM finding_revisions
        WHERE case_id IN (SELECT case_id FROM fitting)
        GROUP BY case_id, finding_id
    )
    GROUP BY case_id
),
heads AS
(
    SELECT case_id, uniqExact(event_id) AS events, min(occurred_at) AS first_at, max(occurred_at) AS last_at,
           argMaxIf(toString(item), occurred_at, item != '') AS of_item,
           argMaxIf(toString(`window`), occurred_at, `window` != '') AS of_window,
           argMaxIf(toString(officer), occurred_at, officer != '') AS of_officer,
           argMaxIf(toString(type), occurred_at, type IN ('decided', 'closed', 'withdrawn', 'terminated')) AS finished_by
    FROM events
    WHERE case_id IN (SELECT case_id FROM fitting)
    GROUP BY case_id
)
SELECT fitting.case_id AS case_id, heads.events AS events, heads.first_at AS first_at, heads.last_at AS last_at,
       heads.of_item AS item, heads.of_window AS `window`, heads.of_officer AS officer, heads.finished_by AS finished_by,
       told.findings AS findings, told.severity AS severity, fitting.total AS total
FROM fitting
INNER JOIN heads ON heads.case_id = fitting.case_id
LEFT JOIN told ON told.case_id = fitting.case_id
ORDER BY fitting.grave DESC,
         if({sort:String} = 'oldest', -toUnixTimestamp64Milli(fitting.last), toUnixTimestamp64Milli(fitting.last)) DESC, case_id
SETTINGS join_use_nulls = 0
