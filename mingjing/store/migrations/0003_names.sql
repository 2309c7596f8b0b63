-- What people call the codes that events carry: departments, windows, officers, regions and items.
CREATE TABLE IF NOT EXISTS names${local} ${on_cluster}
(
    field     LowCardinality(String),
    code      String,
    zh        String,
    en        String,
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ${ReplacingMergeTree(stored_at)}
ORDER BY (field, code);

${Distributed(names, cityHash64(code))}
