"""Table engines by their names in the migrations, in one place: one server, or a cluster.

In a migration stand

    ${MergeTree}, ${ReplacingMergeTree(version)}, ${AggregatingMergeTree()}   the engine of a table
    ${local}, ${on_cluster}                        after the table's name
    ${Distributed(table, sharding key)}            a statement of its own after a table's
    ${Alter(table, change)}                        a statement of its own after a table was altered

On one server the last four are nothing. On a cluster (`?cluster=NAME` in the DSN) every shard holds
`table_local` in a Replicated engine, and `table` is the Distributed one over them; a case's rows all
live in one shard, so FINAL and joins by case stay right.
"""

import re

PLACE = re.compile(r"\$\{(?P<name>\w+)(?:\((?P<arguments>[^{}]*)\))?\}")


def render(sql: str, cluster: str | None) -> str:
    """`sql` with the places filled for one server (`cluster` None) or for that cluster."""
    return PLACE.sub(lambda place: _fill(place["name"], place["arguments"], cluster), sql)


def _fill(name: str, arguments: str | None, cluster: str | None) -> str:
    match name:
        case "MergeTree" | "ReplacingMergeTree" | "AggregatingMergeTree" | "CollapsingMergeTree":
            return _engine(name, arguments, cluster)
        case "local":
            return "" if cluster is None else "_local"
        case "on_cluster":
            return "" if cluster is None else f"ON CLUSTER `{cluster}`"
        case "Distributed" | "Alter" if cluster is None:
            return ""
        case "Distributed" | "Alter":
            table, key = (arguments or "").split(",", 1)
            if name == "Alter":
                return f"ALTER TABLE {table} ON CLUSTER `{cluster}` {key.strip()}"
            return (
                f"CREATE TABLE IF NOT EXISTS {table} ON CLUSTER `{cluster}` AS {table}_local "
                f"ENGINE = Distributed(`{cluster}`, currentDatabase(), {table}_local, {key.strip()})"
            )
        case _:
            raise ValueError(f"no such place in a migration: ${{{name}}}")


def _engine(name: str, arguments: str | None, cluster: str | None) -> str:
    if cluster is None:
        return f"{name}({arguments or ''})"
    replica = ["'/clickhouse/tables/{uuid}/{shard}'", "'{replica}'", *([arguments] if arguments else [])]
    return f"Replicated{name}({', '.join(replica)})"
