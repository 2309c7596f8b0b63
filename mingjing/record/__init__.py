"""The sealed record 封存记录 of what people did and saw: append-only, hash-chained, signed, never changed."""
