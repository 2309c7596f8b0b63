-- What the public is told of findings 曝光, and what waits for approval; rebuilt from the sealed record at will. A row holds texts only while
-- its state is `shown`.
CREATE TABLE IF NOT EXISTS exposures${local} ${on_cluster}
(
    finding_id String,
    state      LowCardinality(String),
    at         DateTime64(3, 'UTC'),
    rule_zh    String,
    rule_en    String,
    zh         String,
    en         String,
    region     LowCardinality(String),
    department LowCardinality(String),
    `window`   LowCardinality(String),
    officer    LowCardinality(String),
    stored_at  DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ${ReplacingMergeTree(stored_at)}
ORDER BY finding_id
SETTINGS index_granularity = 256;

${Distributed(exposures, cityHash64(finding_id))}
