-- What population rules read besides `events`, `items` and `findings`: made for one run, gone with its connection.
CREATE TEMPORARY TABLE facts
(
    event_id    String,
    case_id     String,
    type        LowCardinality(String),
    occurred_at DateTime64(3, 'UTC'),
    recorded_at Nullable(DateTime64(3, 'UTC')),
    received_at Nullable(DateTime64(6, 'UTC')),
    source      LowCardinality(String),
    item        LowCardinality(String),
    region      LowCardinality(String),
    department  LowCardinality(String),
    `window`    LowCardinality(String),
    officer     LowCardinality(String),
    channel     LowCardinality(String),
    data        String,
    applicant   String,
    device      String,
    result      LowCardinality(String)
)
ENGINE = MergeTree ORDER BY (type, occurred_at);

CREATE TEMPORARY TABLE replaced (event_id String);

CREATE TEMPORARY TABLE again (event_hash UInt64);

CREATE TEMPORARY TABLE pauses
(
    case_id       String,
    kind          LowCardinality(String),
    event_id      String,
    officer       LowCardinality(String),
    department    LowCardinality(String),
    started_at    DateTime64(3, 'UTC'),
    ended_at      Nullable(DateTime64(3, 'UTC')),
    declared_days Nullable(Float64),
    notified      Bool,
    evidence      Bool
);

CREATE TEMPORARY TABLE cases
(
    case_id         String,
    item            LowCardinality(String),
    region          LowCardinality(String),
    department      LowCardinality(String),
    `window`        LowCardinality(String),
    source          LowCardinality(String),
    channel         LowCardinality(String),
    applicant       String,
    first_at        DateTime64(3, 'UTC'),
    received_at     Nullable(DateTime64(3, 'UTC')),
    supplied_at     Nullable(DateTime64(3, 'UTC')),
    accepted_at     Nullable(DateTime64(3, 'UTC')),
    accepted_by     LowCardinality(String),
    accepted_window LowCardinality(String),
    decided_at      Nullable(DateTime64(3, 'UTC')),
    decided_by      LowCardinality(String),
    result          LowCardinality(String),
    closed_at       Nullable(DateTime64(3, 'UTC')),
    delivered_at    Nullable(DateTime64(3, 'UTC')),
    withdrawn_at    Nullable(DateTime64(3, 'UTC')),
    terminated_at   Nullable(DateTime64(3, 'UTC')),
    ended_at        Nullable(DateTime64(3, 'UTC')),
    version         LowCardinality(String),
    matter          LowCardinality(String),
    case_type       LowCardinality(String),
    family          LowCardinality(String),
    committed_days  Nullable(Float64),
    statutory_days  Nullable(Float64),
    paused_days     Int32,
    extensions      UInt32,
    used_days       Nullable(Int32)
);

-- Every row of every register of dated rows, with its fields as text; a list's parts are separated by |.
CREATE TEMPORARY TABLE registers
(
    register   LowCardinality(String),
    code       String,
    valid_from Date32,
    valid_to   Date32,
    fields     Map(LowCardinality(String), String)
)
ENGINE = MergeTree ORDER BY (register, code);

CREATE TEMPORARY TABLE items
(
    item           LowCardinality(String),
    version        String,
    valid_from     Date32,
    valid_to       Date32,
    name           String,
    matter         LowCardinality(String),
    case_type      LowCardinality(String),
    department     LowCardinality(String),
    family         LowCardinality(String),
    committed_days Nullable(Float64),
    statutory_days Nullable(Float64),
    status         LowCardinality(String),
    fields         String
);

CREATE TEMPORARY TABLE days (day Date32, works Bool, number UInt32);

CREATE TEMPORARY TABLE agreements (source String, lag_seconds Float64, batch Bool);

CREATE TEMPORARY TABLE outages
(
    source String, since DateTime64(3, 'UTC'), until DateTime64(3, 'UTC'), declared_at DateTime64(3, 'UTC')
);

CREATE TEMPORARY TABLE officers
(
    officer String, department String, `window` String, roles Array(String), valid_from Date32, valid_to Date32
)
