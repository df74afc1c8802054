"""What questions run over: an archive's sessions, segments and findings in memory, compressed, numbered and ordered.

Parquet on disk stays the truth. An index is made of it once and never changed; what was published since is another one.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import duckdb

from qa_checker.archive.manifest import Manifest

_AT_ONCE = 500_000  # sessions; sorting needs about a kilobyte of memory for each
_ON_DISK = ("verdicts", "messages", "rounds")

# md5 rather than hash(): a draw with a seed depends on it, and must be the same on every machine and version.
KEY = "md5_number_lower(concat_ws('|', {batch}, {session_id}))"
"""SQL for the number that stands for a session's name: looking for it is many times quicker than comparing texts."""

_PERSON = "CASE WHEN customer_id IS NOT NULL THEN hash(night.shop, customer_id) END"

_TABLES = {
    "sessions": f"""
        SELECT n, {KEY.format(batch="batch", session_id="session_id")} AS key, {_PERSON} AS person, night.*
        FROM read_parquet($sessions) AS night JOIN numbered USING (batch, session_id)
        ORDER BY agent_id, started_at
    """,
    "segments": f"""
        SELECT n, {_PERSON} AS person, night.*
        FROM read_parquet($segments) AS night JOIN numbered USING (batch, session_id)
        ORDER BY agent_id, started_at
    """,
    "parts": """
        SELECT DISTINCT unnest(agents) AS agent_id, n
        FROM read_parquet($sessions) JOIN numbered USING (batch, session_id) ORDER BY agent_id, n
    """,
    "findings": """
        SELECT n, agent_id, rule, any_value(dimension) AS dimension, any_value(day) AS day, any_value(shop) AS shop,
            count(*) FILTER (outcome = 'fails') AS fails,
            count(*) FILTER (outcome NOT IN ('passes', 'asks')) AS found,
            coalesce(sum(points) FILTER (outcome = 'fails'), 0) AS points,
            coalesce(sum(fine) FILTER (outcome <> 'asks'), 0) AS fine,
            coalesce(sum(reward) FILTER (outcome <> 'asks'), 0) AS reward
        FROM (FROM read_parquet($verdicts) WHERE outcome <> 'passes') JOIN numbered USING (batch, session_id)
        GROUP BY n, agent_id, rule ORDER BY agent_id, rule, n
    """,
}
"""Table → its rows of some nights. Ordered by agent, the rows of one agent lie together and the rest is passed over.

`n` numbers the sessions in the order of batch and session id. `person` stands for a customer of a shop. A part says
that an agent had a part in a session. A finding is what one rule has to say of one agent in one session: how often it
fails, how often anything was found (an open question is not), and what it costs or earns.
"""


class Index:
    """The nights of some manifests, ready to be asked. Raises duckdb.Error where a file is missing or damaged."""

    def __init__(self, root: Path, manifests: Iterable[Manifest]) -> None:
        nights = {manifest.batch: manifest.folder(root) for manifest in manifests}
        self._nights: Mapping[str, Path] = nights
        self._memory = duckdb.connect(":memory:")
        self._memory.execute("ATTACH ':memory:' AS held (COMPRESS); USE held")
        for few in _groups(manifests):
            self._take_up([nights[manifest.batch] for manifest in few])
        for table in _ON_DISK:
            self._memory.execute(f"CREATE VIEW {table} AS FROM {self.on_disk(table, nights)}")

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of one's own, for one thread."""
        cursor = self._memory.cursor()
        cursor.execute("USE held")
        return cursor

    def on_disk(self, table: str, batches: Iterable[str]) -> str:
        """SQL for the rows of a table in these batches; none where there is no such batch."""
        files = [self._nights[batch] / f"{table}.parquet" for batch in batches if batch in self._nights]
        if not files:
            return f"(FROM {table} LIMIT 0)"
        return f"read_parquet([{', '.join(map(_quoted, files))}])"

    def close(self) -> None:
        """Let go of the memory and the files."""
        self._memory.close()

    def _take_up(self, folders: list[Path]) -> None:
        self._memory.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE numbered AS
            SELECT batch, session_id, shop, started_at::DATE AS day,
                {self._numbered()} + row_number() OVER (ORDER BY batch, session_id) AS n
            FROM read_parquet($sessions)
            """,
            _files(folders, "sessions"),
        )
        there = self._tables()
        for table, rows in _TABLES.items():
            sources = [name for name in ("sessions", "segments", "verdicts") if f"${name}" in rows]
            into = f"INSERT INTO {table}" if table in there else f"CREATE TABLE {table} AS"
            self._memory.execute(f"{into} {rows}", _files(folders, *sources))
        self._memory.execute("DROP TABLE numbered; CHECKPOINT held")  # compresses

    def _numbered(self) -> int:
        if "sessions" not in self._tables():
            return 0
        return int(self._memory.execute("SELECT coalesce(max(n), 0) FROM sessions").fetchall()[0][0])

    def _tables(self) -> set[str]:
        return {name for (name,) in self._memory.execute("SHOW TABLES").fetchall()}


def _groups(manifests: Iterable[Manifest]) -> Iterator[list[Manifest]]:
    """Nights in the order of their names, as many together as may be sorted at once."""
    group: list[Manifest] = []
    for manifest in sorted(manifests, key=lambda each: each.batch):
        if group and sum(each.counts.sessions for each in group) + manifest.counts.sessions > _AT_ONCE:
            yield group
            group = []
        group.append(manifest)
    if group:
        yield group


def _files(folders: list[Path], *tables: str) -> dict[str, list[str]]:
    return {table: [str(folder / f"{table}.parquet") for folder in folders] for table in tables}


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
