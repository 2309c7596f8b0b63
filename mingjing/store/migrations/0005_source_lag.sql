-- How long each source may be silent, as agreed with it, in microseconds; pages then know which data are late.
ALTER TABLE progress${local} ${on_cluster} ADD COLUMN IF NOT EXISTS lag Nullable(Int64);

${Alter(progress, ADD COLUMN IF NOT EXISTS lag Nullable(Int64))};
