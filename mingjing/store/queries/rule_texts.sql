-- All rules that ever judged, each rule's newest version last.
SELECT rule, rule_version AS version, kind, name_zh, name_en, basis, text FROM rules FINAL
ORDER BY rule, stored_at
