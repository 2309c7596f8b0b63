-- What each case, finding or window-day says about who handled it 考核明细, as mingjing/scoring/lines.py explains.
-- A change is never an update: the line as it was is written again with sign -1, as it is with sign 1, and equal
-- lines of opposite sign cancel. So whatever sums them up follows by itself, late news and corrections included.
CREATE TABLE IF NOT EXISTS score_lines${local} ${on_cluster}
(
    subject    String,
    line       UInt64,
    sign       Int8,
    about      LowCardinality(String),
    day        Date,
    at         DateTime64(3, 'UTC'),
    region     LowCardinality(String),
    department LowCardinality(String),
    `window`   LowCardinality(String),
    officer    LowCardinality(String),
    item       LowCardinality(String),
    n          Int32,
    good       Int32,
    key        UInt32,
    word       LowCardinality(String),
    ref        String,
    INDEX days day TYPE minmax GRANULARITY 4
)
ENGINE = ${CollapsingMergeTree(sign)}
PRIMARY KEY subject
ORDER BY (subject, line)
SETTINGS index_granularity = 512, non_replicated_deduplication_window = 10000;

${Distributed(score_lines, cityHash64(subject))};

-- The sums of those lines by day, month and year, per region, department, window, officer and item: what scores are made of.
-- `checksum` sums the lines' own hashes (modulo 2^64): it agrees with the lines exactly when every line was summed once.
CREATE TABLE IF NOT EXISTS score_sums${local} ${on_cluster}
(
    grain           Enum8('day' = 1, 'month' = 2, 'year' = 3),
    start           Date,
    region          LowCardinality(String),
    department      LowCardinality(String),
    `window`        LowCardinality(String),
    officer         LowCardinality(String),
    item            LowCardinality(String),
    opened          SimpleAggregateFunction(sum, Int64),
    closed          SimpleAggregateFunction(sum, Int64),
    granted         SimpleAggregateFunction(sum, Int64),
    committed_n     SimpleAggregateFunction(sum, Int64),
    committed_good  SimpleAggregateFunction(sum, Int64),
    early_n         SimpleAggregateFunction(sum, Int64),
    early_good      SimpleAggregateFunction(sum, Int64),
    statutory_n     SimpleAggregateFunction(sum, Int64),
    statutory_good  SimpleAggregateFunction(sum, Int64),
    acceptance_n    SimpleAggregateFunction(sum, Int64),
    acceptance_good SimpleAggregateFunction(sum, Int64),
    step_n          SimpleAggregateFunction(sum, Int64),
    step_good       SimpleAggregateFunction(sum, Int64),
    delivery_n      SimpleAggregateFunction(sum, Int64),
    delivery_good   SimpleAggregateFunction(sum, Int64),
    reply_n         SimpleAggregateFunction(sum, Int64),
    reply_good      SimpleAggregateFunction(sum, Int64),
    once_n          SimpleAggregateFunction(sum, Int64),
    once_good       SimpleAggregateFunction(sum, Int64),
    rating_n        SimpleAggregateFunction(sum, Int64),
    rating_good     SimpleAggregateFunction(sum, Int64),
    complaint_n     SimpleAggregateFunction(sum, Int64),
    presence_n      SimpleAggregateFunction(sum, Int64),
    presence_good   SimpleAggregateFunction(sum, Int64),
    parallel_n      SimpleAggregateFunction(sum, Int64),
    parallel_good   SimpleAggregateFunction(sum, Int64),
    unjudged        SimpleAggregateFunction(sum, Int64),
    arrivals        SimpleAggregateFunction(sumMap, Map(UInt32, Int64)),
    pace            SimpleAggregateFunction(sumMap, Map(UInt32, Int64)),
    legal_pace      SimpleAggregateFunction(sumMap, Map(UInt32, Int64)),
    ratings         SimpleAggregateFunction(sumMap, Map(UInt32, Int64)),
    cards           SimpleAggregateFunction(sumMap, Map(String, Int64)),
    confirmed       SimpleAggregateFunction(sumMap, Map(String, Int64)),
    lines           SimpleAggregateFunction(sum, Int64),
    checksum        SimpleAggregateFunction(sum, Int64)
)
ENGINE = ${AggregatingMergeTree()}
PARTITION BY grain
ORDER BY (grain, start, region, department, `window`, officer, item)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000;

${Distributed(score_sums, cityHash64(region, department, window))};

CREATE MATERIALIZED VIEW IF NOT EXISTS score_lines_to_sums${local} ${on_cluster} TO score_sums${local} AS
SELECT
    CAST(tile.1, 'Enum8(\'day\' = 1, \'month\' = 2, \'year\' = 3)') AS grain,
    tile.2 AS start,
    region, department, `window`, officer, item,
    sumIf(sign * n, about = 'opened') AS opened,
    sumIf(sign * n, about = 'closed') AS closed,
    sumIf(sign * good, about = 'closed') AS granted,
    sumIf(sign * n, about = 'committed') AS committed_n,
    sumIf(sign * good, about = 'committed') AS committed_good,
    sumIf(sign * n, about = 'early') AS early_n,
    sumIf(sign * good, about = 'early') AS early_good,
    sumIf(sign * n, about = 'statutory') AS statutory_n,
    sumIf(sign * good, about = 'statutory') AS statutory_good,
    sumIf(sign * n, about = 'acceptance') AS acceptance_n,
    sumIf(sign * good, about = 'acceptance') AS acceptance_good,
    sumIf(sign * n, about = 'step') AS step_n,
    sumIf(sign * good, about = 'step') AS step_good,
    sumIf(sign * n, about = 'delivery') AS delivery_n,
    sumIf(sign * good, about = 'delivery') AS delivery_good,
    sumIf(sign * n, about = 'reply') AS reply_n,
    sumIf(sign * good, about = 'reply') AS reply_good,
    sumIf(sign * n, about = 'once') AS once_n,
    sumIf(sign * good, about = 'once') AS once_good,
    sumIf(sign * n, about = 'rating') AS rating_n,
    sumIf(sign * good, about = 'rating') AS rating_good,
    sumIf(sign * n, about = 'complaint') AS complaint_n,
    sumIf(sign * n, about = 'presence') AS presence_n,
    sumIf(sign * good, about = 'presence') AS presence_good,
    sumIf(sign * n, about = 'parallel') AS parallel_n,
    sumIf(sign * good, about = 'parallel') AS parallel_good,
    sumIf(sign * n, about = 'unjudged') AS unjudged,
    sumMapIf(map(key, toInt64(sign * n)), about = 'opened') AS arrivals,
    sumMapIf(map(key, toInt64(sign * n)), about = 'pace') AS pace,
    sumMapIf(map(key, toInt64(sign * n)), about = 'legal_pace') AS legal_pace,
    sumMapIf(map(key, toInt64(sign * n)), about = 'rating') AS ratings,
    sumMapIf(map(toString(word), toInt64(sign * n)), about = 'card') AS cards,
    sumMapIf(map(toString(word), toInt64(sign * n)), about = 'confirmed') AS confirmed,
    sum(toInt64(sign)) AS lines,
    sum(sign * reinterpretAsInt64(line)) AS checksum
FROM score_lines${local}
ARRAY JOIN [('day', day), ('month', toStartOfMonth(day)), ('year', toStartOfYear(day))] AS tile
GROUP BY grain, start, region, department, `window`, officer, item;

-- Which cases something was stored about, an event, a finding or a ruling, and when, by the server's clock (rows that are restored
-- keep their own `stored_at`, and are news all the same): the scorer looks at those again.
CREATE TABLE IF NOT EXISTS touched${local} ${on_cluster}
(
    case_id   String,
    stored_at DateTime64(3, 'UTC')
)
ENGINE = ${MergeTree}
PARTITION BY toDate(stored_at)
ORDER BY stored_at
TTL toDateTime(stored_at) + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1;

${Distributed(touched, cityHash64(case_id))};

CREATE MATERIALIZED VIEW IF NOT EXISTS events_to_touched${local} ${on_cluster} TO touched${local} AS
SELECT DISTINCT case_id, now64(3, 'UTC') AS stored_at FROM events${local};

CREATE MATERIALIZED VIEW IF NOT EXISTS findings_to_touched${local} ${on_cluster} TO touched${local} AS
SELECT DISTINCT if(case_id = '', concat('finding:', finding_id), case_id) AS case_id, now64(3, 'UTC') AS stored_at
FROM finding_revisions${local};

-- How far the scorer has come, by the name of what it does: `live`, everything touched before `until` is in the lines; `again`, a
-- pass over all cases, done up to the case `place`; `lease`, which process (`owner`) may write lines. `given`: fingerprint of the rule
-- book, catalogue, registers and calendars that it counts with.
CREATE TABLE IF NOT EXISTS score_progress${local} ${on_cluster}
(
    name      LowCardinality(String),
    until     DateTime64(3, 'UTC'),
    given     String,
    place     String,
    owner     String,
    cases     UInt64,
    total     UInt64,
    lines     UInt64,
    stored_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ${ReplacingMergeTree(stored_at)}
ORDER BY name;

${Distributed(score_progress, cityHash64(name))};

-- What was decided about a finding 认定: upheld, revoked, changed (to another severity), confirmed (a lead that is none any more),
-- cleared (a confirmed doubt about data that is settled). Nothing is ever deleted; of one finding the last ruling counts.
CREATE TABLE IF NOT EXISTS rulings${local} ${on_cluster}
(
    finding_id String,
    case_id    String,
    outcome    LowCardinality(String),
    severity   UInt8,
    ruled_at   DateTime64(3, 'UTC'),
    ruled_by   String,
    reason     String,
    stored_at  DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ${ReplacingMergeTree()}
PRIMARY KEY finding_id
ORDER BY (finding_id, stored_at);

${Distributed(rulings, cityHash64(case_id))};

CREATE MATERIALIZED VIEW IF NOT EXISTS rulings_to_touched${local} ${on_cluster} TO touched${local} AS
SELECT DISTINCT if(case_id = '', concat('finding:', finding_id), case_id) AS case_id, now64(3, 'UTC') AS stored_at
FROM rulings${local};

-- The scores of a period as they were frozen 定格; a later ruling makes the next revision, and says why. `known`: everything stored
-- before it is in the scores, so a ruling stored later is not.
CREATE TABLE IF NOT EXISTS score_snapshots${local} ${on_cluster}
(
    scheme         LowCardinality(String),
    scheme_version LowCardinality(String),
    level          LowCardinality(String),
    period         LowCardinality(String),
    start          Date,
    revision       UInt32,
    frozen_at      DateTime64(3, 'UTC'),
    known          DateTime64(6, 'UTC'),
    reason         String,
    body           String CODEC(ZSTD(1)),
    stored_at      DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ${ReplacingMergeTree(stored_at)}
ORDER BY (scheme, level, period, start, revision);

${Distributed(score_snapshots, cityHash64(scheme, level))};

-- Who belongs to whom: a region to its parent, a department to its region, a window to its department, an officer to the window, or
-- to the department where no window is known. `gone`: not any more.
CREATE TABLE IF NOT EXISTS org${local} ${on_cluster}
(
    field     LowCardinality(String),
    code      String,
    parent    String,
    level     LowCardinality(String),
    hall      String,
    gone      UInt8,
    stored_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ${ReplacingMergeTree(stored_at)}
ORDER BY (field, code, parent);

${Distributed(org, cityHash64(code))}
