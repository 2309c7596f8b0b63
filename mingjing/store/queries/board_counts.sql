-- Findings by severity and status: within the board's other filters (`shown`), and in all (`overall`).
SELECT severity, status, count() AS overall,
    countIf(occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
        AND (empty({rules:Array(String)}) OR has({rules:Array(String)}, rule))
        AND (empty({departments:Array(String)}) OR has({departments:Array(String)}, department))
        AND (empty({windows:Array(String)}) OR has({windows:Array(String)}, `window`))
        AND (empty({regions:Array(String)}) OR has({regions:Array(String)}, region))
        AND ({search:String} = ''
       OR positionCaseInsensitiveUTF8(concat(case_id, ' ', if(has({hidden:Array(String)}, splitByChar(':', subject)[1]), '', subject)), {search:String}) > 0)
        AND ({nature:String} = '' OR lead = ({nature:String} = 'lead'))) AS shown
FROM findings FINAL
GROUP BY severity, status
ORDER BY severity DESC, status
