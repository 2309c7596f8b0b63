-- The rows of all registers 名册 as they were last loaded, for pages; `region` and `department`: to whom a row belongs, "" for
-- everybody's. `version`: of the row alone. A row that the register no longer has is `gone`.
CREATE TABLE IF NOT EXISTS registers${local} ${on_cluster}
(
    register   LowCardinality(String),
    key        String,
    code       String,
    valid_from Date32,
    valid_to   Date32,
    region     LowCardinality(String),
    department LowCardinality(String),
    fields     Map(String, String),
    version    String,
    gone       UInt8,
    stored_at  DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ${ReplacingMergeTree(stored_at)}
ORDER BY (register, key, valid_from);

${Distributed(registers, cityHash64(register, key))};

-- Which version of each register was in force from when on, by the digest of all its rows; "" where it is loaded no more.
CREATE TABLE IF NOT EXISTS register_versions${local} ${on_cluster}
(
    register  LowCardinality(String),
    version   String,
    rows      UInt64,
    stored_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ${MergeTree}
ORDER BY (register, stored_at);

${Distributed(register_versions, cityHash64(register))}
