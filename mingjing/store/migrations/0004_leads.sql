-- A lead 线索 is for a human to look into; its score ranks it.
ALTER TABLE findings${local} ${on_cluster} ADD COLUMN IF NOT EXISTS lead Bool DEFAULT false, ADD COLUMN IF NOT EXISTS score Float32 DEFAULT 0;

${Alter(findings, ADD COLUMN IF NOT EXISTS lead Bool DEFAULT false, ADD COLUMN IF NOT EXISTS score Float32 DEFAULT 0)};

ALTER TABLE finding_revisions${local} ${on_cluster} ADD COLUMN IF NOT EXISTS lead Bool DEFAULT false, ADD COLUMN IF NOT EXISTS score Float32 DEFAULT 0;

${Alter(finding_revisions, ADD COLUMN IF NOT EXISTS lead Bool DEFAULT false, ADD COLUMN IF NOT EXISTS score Float32 DEFAULT 0)};

-- The item catalogue 事项清单 as the rules last used it, one row per version; limits in working days where they can be
-- counted in them (0: the same office day). `fields` holds all of an item's fields as JSON.
-- A version that the catalogue no longer has stays, with the status `removed`.
CREATE TABLE IF NOT EXISTS items${local} ${on_cluster}
(
    item           String,
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
    fields         String CODEC(ZSTD(1)),
    stored_at      DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ${ReplacingMergeTree(stored_at)}
ORDER BY (item, version, valid_from);

${Distributed(items, cityHash64(item))};

-- Which period each population rule has judged, up to when, on what it knew: events stored later call for another look.
-- An `error` says that the rule's query failed; its earlier findings stand.
CREATE TABLE IF NOT EXISTS judged_periods${local} ${on_cluster}
(
    rule         LowCardinality(String),
    rule_version LowCardinality(String),
    since        DateTime64(3, 'UTC'),
    until        DateTime64(3, 'UTC'),
    as_of        DateTime64(3, 'UTC'),
    known        DateTime64(3, 'UTC'),
    given        String,
    rows         UInt32,
    findings     UInt32,
    seconds      Float32,
    error        String,
    stored_at    DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ${ReplacingMergeTree(stored_at)}
ORDER BY (rule, since);

${Distributed(judged_periods, cityHash64(rule))}
