-- The latest revision of every finding, for the board.
CREATE TABLE IF NOT EXISTS findings${local} ${on_cluster}
(
    finding_id   String,
    revision     UInt32,
    rule         LowCardinality(String),
    rule_version LowCardinality(String),
    subject      String,
    case_id      String,
    item         LowCardinality(String),
    region       LowCardinality(String),
    department   LowCardinality(String),
    `window`     LowCardinality(String),
    officer      LowCardinality(String),
    source       LowCardinality(String),
    severity     UInt8,
    status       LowCardinality(String),
    occurred_at  DateTime64(3, 'UTC'),
    detected_at  DateTime64(3, 'UTC'),
    message_zh   String,
    message_en   String,
    reason       String,
    body         String CODEC(ZSTD(1)),
    evidence     String ALIAS JSONExtractRaw(body, 'evidence'),
    stored_at    DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ${ReplacingMergeTree(revision)}
ORDER BY finding_id
SETTINGS index_granularity = 1024;

${Distributed(findings, cityHash64(case_id))};

-- Every revision ever published, in case order. `body` is the finding itself, exact to the microsecond.
CREATE TABLE IF NOT EXISTS finding_revisions${local} ${on_cluster}
(
    finding_id   String,
    revision     UInt32,
    rule         LowCardinality(String),
    rule_version LowCardinality(String),
    subject      String,
    case_id      String,
    item         LowCardinality(String),
    region       LowCardinality(String),
    department   LowCardinality(String),
    `window`     LowCardinality(String),
    officer      LowCardinality(String),
    source       LowCardinality(String),
    severity     UInt8,
    status       LowCardinality(String),
    occurred_at  DateTime64(3, 'UTC'),
    detected_at  DateTime64(3, 'UTC'),
    message_zh   String,
    message_en   String,
    reason       String,
    body         String CODEC(ZSTD(1)),
    evidence     String ALIAS JSONExtractRaw(body, 'evidence'),
    stored_at    DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ${ReplacingMergeTree()}
PRIMARY KEY case_id
ORDER BY (case_id, finding_id, revision)
SETTINGS index_granularity = 64, min_compress_block_size = 16384;

${Distributed(finding_revisions, cityHash64(case_id))};

-- What a rule could not judge. An empty reason: it can by now.
CREATE TABLE IF NOT EXISTS not_judged${local} ${on_cluster}
(
    case_id   String,
    rule      LowCardinality(String),
    key       String,
    reason    String,
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ${ReplacingMergeTree()}
PRIMARY KEY case_id
ORDER BY (case_id, rule, key)
SETTINGS index_granularity = 256;

${Distributed(not_judged, cityHash64(case_id))};

-- The text of every rule version that ever judged.
CREATE TABLE IF NOT EXISTS rules${local} ${on_cluster}
(
    rule         String,
    rule_version String,
    kind         LowCardinality(String),
    name_zh      String,
    name_en      String,
    basis        String,
    text         String,
    stored_at    DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ${ReplacingMergeTree()}
ORDER BY (rule, rule_version);

${Distributed(rules, cityHash64(rule))}
