-- Every record as it was received, in case order.
-- The index has a mark per 64 rows, because the worker asks for many single cases at once: 1,500 histories
-- among 3,000,000 events took a third of the time that marks per 256 rows, in larger compressed blocks, took.
-- `data` is read from `raw` when asked for; `raw` alone is the truth.
-- The projections: redelivered records are looked up by offset; the dashboards ask for the last
-- instants per source and for counts per hour.
CREATE TABLE IF NOT EXISTS events${local} ${on_cluster}
(
    event_id     String,
    case_id      String,
    type         LowCardinality(String),
    occurred_at  DateTime64(3, 'UTC'),
    recorded_at  Nullable(DateTime64(3, 'UTC')),
    source       LowCardinality(String),
    item         LowCardinality(String),
    item_version LowCardinality(String),
    region       LowCardinality(String),
    department   LowCardinality(String),
    `window`     LowCardinality(String),
    officer      LowCardinality(String),
    channel      LowCardinality(String),
    corrects     String,
    received_at  Nullable(DateTime64(6, 'UTC')),
    raw          String CODEC(ZSTD(1)),
    data         String ALIAS JSONExtractRaw(raw, 'data'),
    topic        LowCardinality(String),
    `partition`  UInt32,
    `offset`     UInt64,
    line         UInt32,
    stored_at    DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'),
    PROJECTION by_offset
    (
        SELECT topic, `partition`, `offset`, line
        ORDER BY topic, `partition`, `offset`, line
    ),
    PROJECTION by_hour
    (
        SELECT source, toStartOfHour(occurred_at), count(), max(occurred_at), max(stored_at)
        GROUP BY source, toStartOfHour(occurred_at)
    )
)
ENGINE = ${MergeTree}
PRIMARY KEY case_id
ORDER BY (case_id, occurred_at, event_id)
SETTINGS index_granularity = 64, min_compress_block_size = 16384, non_replicated_deduplication_window = 10000;

${Distributed(events, cityHash64(case_id))};

-- The cases that the worker holds; an open one has a next instant at which silence could become a finding.
-- The row written last counts.
CREATE TABLE IF NOT EXISTS case_state${local} ${on_cluster}
(
    topic         LowCardinality(String),
    `partition`   UInt32,
    case_id       String,
    wake          Nullable(DateTime64(6, 'UTC')),
    last_event_at DateTime64(6, 'UTC'),
    stored_at     DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ${ReplacingMergeTree()}
ORDER BY (topic, `partition`, case_id);

${Distributed(case_state, cityHash64(case_id))};

-- How far each source has come in each partition; time never goes backwards.
CREATE TABLE IF NOT EXISTS progress${local} ${on_cluster}
(
    topic       LowCardinality(String),
    `partition` UInt32,
    source      String,
    as_of       DateTime64(6, 'UTC'),
    watermark   Nullable(DateTime64(6, 'UTC')),
    stored_at   DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ${ReplacingMergeTree(as_of)}
ORDER BY (topic, `partition`, source);

${Distributed(progress, cityHash64(topic, `partition`))};

-- Records that could not be read, with the reason and the original bytes.
-- `retried_at` later than 1970 says that someone published the record again.
CREATE TABLE IF NOT EXISTS dead_letters${local} ${on_cluster}
(
    topic       LowCardinality(String),
    `partition` UInt32,
    `offset`    UInt64,
    line        UInt32,
    file        String,
    id          String MATERIALIZED lower(hex(sipHash64(topic, `partition`, `offset`, line, file))),
    at          DateTime64(3, 'UTC'),
    reason      String,
    raw         String CODEC(ZSTD(1)),
    retried_at  DateTime64(3, 'UTC') DEFAULT toDateTime64(0, 3, 'UTC'),
    stored_at   DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ${ReplacingMergeTree(retried_at)}
ORDER BY (topic, `partition`, `offset`, line, file)
SETTINGS index_granularity = 1024;

${Distributed(dead_letters, cityHash64(topic, `partition`, `offset`))};

-- One event_id with two contents: which one counts, which one does not.
CREATE TABLE IF NOT EXISTS conflicts${local} ${on_cluster}
(
    case_id     String,
    event_id    String,
    kept        String,
    refused     String,
    topic       LowCardinality(String),
    `partition` UInt32,
    `offset`    UInt64,
    line        UInt32,
    stored_at   DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ${ReplacingMergeTree()}
ORDER BY (case_id, event_id, kept, refused);

${Distributed(conflicts, cityHash64(case_id))}
