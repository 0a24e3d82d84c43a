"""Table conventions: named constraints, 64-bit keys, and times as microseconds since 1970 UTC.

SQLAlchemy Core only: statements are built once at import, rows are tuples. Times are stored
as BIGINT microseconds because SQLite has no time type and text would compare wrongly across offsets.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Integer, MetaData
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    }
)

# SQLite makes a primary key the row's own address only when its type is spelled INTEGER; it holds 64 bits.
BigKey: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS = 86_400  # of a day


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970-01-01T00:00:00Z of an aware time; raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a naive time has no place in the store")
    since = moment - _EPOCH
    return (since.days * _SECONDS + since.seconds) * 1_000_000 + since.microseconds


def from_micros(micros: int) -> datetime:
    """The aware UTC time of a stored number; exact."""
    return _EPOCH + timedelta(microseconds=micros)
