-- What the public is told of findings 曝光 now, the latest first.
SELECT at, rule_zh, rule_en, zh, en
FROM exposures FINAL
WHERE state = 'shown'
ORDER BY at DESC, zh
LIMIT {limit:UInt32}
