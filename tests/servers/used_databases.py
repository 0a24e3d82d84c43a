"""A database of PostgreSQL that a test is done with, made as new: cheaper than one more copy of the template.

Its rows go; the next test takes it only if nobody is in it and its schema is what it was.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

KEPT = "alembic_version"
SMALL = 131_072
"""Bytes below which rows are deleted; above, the table is cut off, or what was deleted would pile up."""

_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_WRITTEN = """
SELECT relname, pg_relation_size(oid) > %s FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0 AND relname <> %s
"""
_COUNTED = "SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL"
# Whatever a test may have made, dropped or switched off, by the numbers and names of the catalogue.
_SHAPE = f"""
WITH own AS (SELECT * FROM pg_class WHERE relnamespace = 'public'::regnamespace)
SELECT md5(concat_ws(';',
  (SELECT string_agg(concat_ws(' ', oid, relname, relkind, relnatts, reloptions), ',' ORDER BY oid) FROM own),
  (SELECT string_agg(concat_ws(' ', attrelid, attname, atttypid, attnotnull, attcollation), ','
   ORDER BY attrelid, attnum) FROM pg_attribute WHERE attrelid IN (SELECT oid FROM own WHERE relkind = 'r')),
  (SELECT string_agg(concat_ws(' ', oid, conname, convalidated), ',' ORDER BY oid) FROM pg_constraint),
  (SELECT string_agg(concat_ws(' ', oid, tgname, tgenabled), ',' ORDER BY oid) FROM pg_trigger),
  (SELECT string_agg(concat_ws(' ', oid, proname, xmin), ',' ORDER BY oid) FROM pg_proc
   WHERE pronamespace = 'public'::regnamespace),
  (SELECT string_agg(nspname, ',' ORDER BY oid) FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'),
  (SELECT string_agg(version_num, ',') FROM {KEPT})
))
"""


def shape_of(connection: psycopg.Connection) -> str:
    """The digest of the tables, columns, indexes, constraints, triggers and functions of a database."""
    row = connection.execute(_SHAPE).fetchone()
    assert row is not None
    return str(row[0])


def make_as_new(connection: psycopg.Connection, shape: str) -> bool:
    """Whether the database is now as its template was: empty, nobody in it, the schema untouched."""
    try:
        connection.execute(_OTHERS)
        connection.execute("SET lock_timeout = '10s'")
        connection.execute("SET session_replication_role = replica")  # the log's rows refuse to go
        if shape_of(connection) != shape:
            return False
        for name, large in connection.execute(_WRITTEN, [SMALL, KEPT]).fetchall():
            command = "TRUNCATE {} CASCADE" if large else "DELETE FROM {}"
            connection.execute(sql.SQL(command).format(sql.Identifier(name)))
        for (name,) in connection.execute(_COUNTED).fetchall():
            connection.execute(sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(name)))
        connection.execute("DELETE FROM pg_statistic WHERE starelid >= 16384")  # what ANALYZE found
    except psycopg.Error:
        return False
    return True
