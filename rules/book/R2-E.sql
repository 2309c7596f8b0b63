-- Per window and week: easy cases (decided the same day, consultations) against the window's own usual week and the
-- city's season; and how many of them are of people who came again and again in that week, on several days.
WITH
    easy AS (
        SELECT case_id, `window`, applicant, channel, item, toMonday(first_at, {zone:String}) AS week,
               toDate32(first_at, {zone:String}) AS on
        FROM cases
        WHERE first_at >= {since:DateTime64(3, 'UTC')} AND first_at < {until:DateTime64(3, 'UTC')}
          AND `window` != '' AND (case_type = 'immediate' OR matter = 'consultation')
    ),
    people AS (
        SELECT `window`, week, applicant, count() AS n, uniqExact(on) AS days FROM easy WHERE applicant != ''
        GROUP BY `window`, week, applicant
    ),
    again AS (
        SELECT `window`, week, sumIf(n, n >= {times:UInt32} AND days >= 2) AS repeated, count() AS applicants,
               arraySum(arraySlice(arrayReverseSort(groupArray(n)), 1, 3)) AS top_three
        FROM people GROUP BY `window`, week
    ),
    weeks AS (SELECT `window`, week, count() AS n, countIf(channel = 'agent') AS by_agent,
                     countIf(applicant != '') AS named, arraySlice(arraySort(groupArray(case_id)), 1, 8) AS cases
              FROM easy GROUP BY `window`, week),
    city AS (SELECT week, sum(n) AS n FROM weeks GROUP BY week),
    usual AS (SELECT w.`window` AS `window`, quantileExact(w.n / c.n) AS share FROM weeks AS w
              INNER JOIN city AS c ON c.week = w.week GROUP BY w.`window`)
SELECT
    w.`window` AS subject, w.week AS week, w.n AS easy_cases, w.named AS named, u.share * c.n AS expected,
    coalesce(a.repeated, 0) AS repeated, coalesce(a.applicants, 0) AS applicants,
    round(coalesce(a.top_three, 0) / greatest(w.named, 1), 3) AS top_three_share,
    round(w.by_agent / w.n, 3) AS agent_share, w.cases AS cases
FROM weeks AS w
INNER JOIN city AS c ON c.week = w.week
INNER JOIN usual AS u ON u.`window` = w.`window`
LEFT JOIN again AS a ON a.`window` = w.`window` AND a.week = w.week
