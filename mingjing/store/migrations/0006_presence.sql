-- What cameras saw, sample by sample. `decides`: this sample's camera decided the state of its window.
-- A sample that is written again replaces itself, and never one that decided by one that did not.
-- Kept for half a year after it was stored, by the server's clock: that of an installation may be a simulated one.
CREATE TABLE IF NOT EXISTS presence${local} ${on_cluster}
(
    `window`   LowCardinality(String),
    camera     LowCardinality(String),
    sampled_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    state      LowCardinality(String),
    confidence Float32 CODEC(ZSTD(1)),
    persons    UInt16,
    reason     LowCardinality(String),
    seen_at    Nullable(DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(1)),
    view       Float32 CODEC(ZSTD(1)),
    detector   LowCardinality(String),
    snapshot   String CODEC(ZSTD(1)),
    decides    UInt8,
    stored_at  DateTime('UTC') DEFAULT now('UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ${ReplacingMergeTree(decides)}
PARTITION BY toMonday(sampled_at)
ORDER BY (`window`, sampled_at, camera)
TTL stored_at + INTERVAL 180 DAY
SETTINGS ttl_only_drop_parts = 1;

${Distributed(presence, cityHash64(window))};

-- The last sample of each camera of each window.
CREATE TABLE IF NOT EXISTS presence_latest${local} ${on_cluster}
(
    `window`   LowCardinality(String),
    camera     LowCardinality(String),
    sampled_at DateTime64(3, 'UTC'),
    state      LowCardinality(String),
    confidence Float32,
    persons    UInt16,
    reason     LowCardinality(String),
    seen_at    Nullable(DateTime64(3, 'UTC')),
    view       Float32,
    detector   LowCardinality(String),
    snapshot   String,
    decides    UInt8
)
ENGINE = ${ReplacingMergeTree(sampled_at)}
ORDER BY (`window`, camera)
SETTINGS index_granularity = 1024;

${Distributed(presence_latest, cityHash64(window))};

CREATE MATERIALIZED VIEW IF NOT EXISTS presence_to_latest${local} ${on_cluster} TO presence_latest${local} AS
SELECT `window`, camera, sampled_at, state, confidence, persons, reason, seen_at, view, detector, snapshot, decides
FROM presence${local};

-- In which minutes of each hour a window was seen staffed, unstaffed, or could not be seen: bit n is minute n. So a
-- sample written twice counts once, and an hour of a window takes a few bytes for ever.
CREATE TABLE IF NOT EXISTS presence_hours${local} ${on_cluster}
(
    `window`  LowCardinality(String),
    hour      DateTime('UTC'),
    staffed   SimpleAggregateFunction(groupBitOr, UInt64),
    unstaffed SimpleAggregateFunction(groupBitOr, UInt64),
    unknown   SimpleAggregateFunction(groupBitOr, UInt64)
)
ENGINE = ${AggregatingMergeTree()}
ORDER BY (`window`, hour)
SETTINGS index_granularity = 1024;

${Distributed(presence_hours, cityHash64(window))};

CREATE MATERIALIZED VIEW IF NOT EXISTS presence_to_hours${local} ${on_cluster} TO presence_hours${local} AS
WITH bitShiftLeft(toUInt64(1), toMinute(sampled_at)) AS minute
SELECT
    `window`,
    toDateTime(toStartOfHour(sampled_at), 'UTC') AS hour,
    groupBitOr(if(state = 'staffed', minute, 0)) AS staffed,
    groupBitOr(if(state = 'unstaffed', minute, 0)) AS unstaffed,
    groupBitOr(if(state = 'unknown', minute, 0)) AS unknown
FROM presence${local}
WHERE decides
GROUP BY `window`, hour;

-- Where the worker stands with the samples of a partition: what it would otherwise have to read back sample by sample.
CREATE TABLE IF NOT EXISTS presence_state${local} ${on_cluster}
(
    topic       LowCardinality(String),
    `partition` UInt32,
    state       String CODEC(ZSTD(1)),
    stored_at   DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ${ReplacingMergeTree(stored_at)}
ORDER BY (topic, `partition`);

${Distributed(presence_state, cityHash64(topic, `partition`))}
