-- The sealed record 封存记录 (mingjing.record): one row per entry; nobody has the right to change or delete one.
-- An insert's token is kind:subject:number where a number is given, so of two writers the second is told.
CREATE TABLE IF NOT EXISTS record${local} ${on_cluster}
(
    chain      String,
    seq        UInt64,
    at         DateTime64(6, 'UTC'),
    kind       LowCardinality(String),
    actor      String,
    subject    String,
    number     UInt32,
    case_id    String,
    region     LowCardinality(String),
    department LowCardinality(String),
    `window`   LowCardinality(String),
    officer    LowCardinality(String),
    keep       LowCardinality(String),
    digest     String,
    prev       String,
    hash       String,
    signature  String,
    salt       String,
    body       String CODEC(ZSTD(1)),
    stored_at  DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC'),
    INDEX chains chain TYPE bloom_filter GRANULARITY 4
)
ENGINE = ${MergeTree}
PRIMARY KEY (kind, subject)
ORDER BY (kind, subject, number, chain, seq)
SETTINGS index_granularity = 256, non_replicated_deduplication_window = 100000;

${Distributed(record, cityHash64(subject))};

-- How far each chain has come, kept apart from the chain: it shows when a chain's end was cut off.
CREATE TABLE IF NOT EXISTS record_heads${local} ${on_cluster}
(
    chain String,
    seq   SimpleAggregateFunction(max, UInt64)
)
ENGINE = ${AggregatingMergeTree()}
ORDER BY chain;

${Distributed(record_heads, cityHash64(chain))};

CREATE MATERIALIZED VIEW IF NOT EXISTS record_to_heads${local} ${on_cluster} TO record_heads${local} AS
SELECT chain, max(seq) AS seq FROM record${local} GROUP BY chain;

-- How the handling 处置 of each finding stands: what its acts in the record come to, for lists; rebuilt from them at will.
CREATE TABLE IF NOT EXISTS handling${local} ${on_cluster}
(
    finding_id  String,
    number      UInt32,
    state       LowCardinality(String),
    since       DateTime64(3, 'UTC'),
    due         LowCardinality(String),
    due_at      Nullable(DateTime64(3, 'UTC')),
    holder      String,
    late        UInt8,
    severity    UInt8,
    gravest     UInt8,
    lead        UInt8,
    wake        Nullable(DateTime64(3, 'UTC')),
    rule        LowCardinality(String),
    case_id     String,
    region      LowCardinality(String),
    department  LowCardinality(String),
    `window`    LowCardinality(String),
    officer     LowCardinality(String),
    acted_at    DateTime64(6, 'UTC'),
    acted_by    String,
    step        LowCardinality(String),
    stored_at   DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ${ReplacingMergeTree(stored_at)}
ORDER BY finding_id
SETTINGS index_granularity = 1024;

${Distributed(handling, cityHash64(case_id))};

-- Who may sign in 账号; of an account the last version counts.
CREATE TABLE IF NOT EXISTS accounts${local} ${on_cluster}
(
    account   String,
    version   UInt32,
    name      String,
    roles     Array(LowCardinality(String)),
    place     String,
    officer   String,
    password  String,
    renew     UInt8,
    subject   String,
    email     String,
    closed    UInt8,
    stored_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ${ReplacingMergeTree(version)}
ORDER BY account;

${Distributed(accounts, cityHash64(account))};

-- Sessions of those who signed in; `token` is a digest of what the browser holds.
CREATE TABLE IF NOT EXISTS sessions${local} ${on_cluster}
(
    token      String,
    account    String,
    opened_at  DateTime64(3, 'UTC'),
    until      DateTime64(3, 'UTC'),
    ended      UInt8,
    stored_at  DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ${ReplacingMergeTree(stored_at)}
ORDER BY token
TTL toDateTime(until) + INTERVAL 30 DAY;

${Distributed(sessions, cityHash64(token))};

-- How far somebody who follows the record (`relay`, or `to:` and a recipient of messages) has come in each chain: every entry up to
-- `seq` was dealt with. Aggregated, so writing it twice or late changes nothing.
CREATE TABLE IF NOT EXISTS record_reached${local} ${on_cluster}
(
    work  String,
    chain String,
    seq   SimpleAggregateFunction(max, UInt64)
)
ENGINE = ${AggregatingMergeTree()}
ORDER BY (work, chain);

${Distributed(record_reached, cityHash64(work))};

-- The applicant's pseudonym, so that other cases of the same applicant are found in few of the records.
ALTER TABLE events${local} ${on_cluster} ADD INDEX IF NOT EXISTS applicants JSONExtractString(raw, 'data', 'applicant') TYPE bloom_filter GRANULARITY 64;

ALTER TABLE events${local} ${on_cluster} MATERIALIZE INDEX applicants
