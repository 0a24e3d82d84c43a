"""The queries of many rows as text, beside the same ones made of SQLAlchemy's tables (docs/adr/0039)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, bindparam, func, select

from bench.figures import Figure, Report, Spent, interleaved, median, spending
from bench.lot_graph import LotGraphPlan, load
from bench.stores import KINDS, store_of
from trace.store.chain.rows import KNOWN_LOT, LINK
from trace.store.query import rows_where
from trace.store.tables import food
from trace.store.transaction import open_database

LOTS, LINKS = food.lot, food.link
_LOTS_TEXT = f"SELECT {KNOWN_LOT.columns} FROM lot WHERE lot.id {{among}}"
_LINKS_TEXT = f"SELECT {LINK.columns} FROM link WHERE link.to_lot {{among}}"
_LOT_COLUMNS = [LOTS.c[name] for name in KNOWN_LOT.places]
_LINK_COLUMNS = [LINKS.c[name] for name in LINK.places]


def run(size: str) -> Report:
    report = Report("query_text")
    rounds = 3 if size == "quick" else 9
    for kind in KINDS:
        with store_of(kind) as store:
            engine = open_database(store.migrated())
            plan = LotGraphPlan(10_000)
            load(engine, plan)
            with engine.connect() as connection:
                for count, times in ((1, 1_000), (16, 400), (256, 40)):
                    ids = [plan.lot(2, at) for at in range(count)]
                    _compare(report, connection, f"{kind}, {count} ids", ids, times, rounds)
            engine.dispose()
    return report


def _compare(
    report: Report, connection: Connection, name: str, ids: list[int], times: int, rounds: int
) -> None:
    for what, text, columns, key in (
        ("lots", _LOTS_TEXT, _LOT_COLUMNS, LOTS.c.id),
        ("links above", _LINKS_TEXT, _LINK_COLUMNS, LINKS.c.to_lot),
    ):
        listed = select(*columns).where(key.in_(bindparam("ids", expanding=True)))
        given: dict[str, object] = {"ids": ids}
        array = _as_one_parameter(connection, columns, key)

        def as_text(text=text) -> int:
            return len(rows_where(connection, text, ids))

        def as_list(listed=listed, given=given) -> int:
            return len(connection.execute(listed, given).all())

        def as_array(array=array) -> int:
            return len(array(ids))

        assert as_text() == as_list() == as_array()
        runs = interleaved(rounds, [_timed(each, times) for each in (as_text, as_list, as_array)])
        ours, *others = ([one.cpu / times * 1e6 for one in each] for each in runs)
        for form, other in zip(("expanding IN", "one parameter"), others, strict=True):
            ratio = median([theirs / mine for mine, theirs in zip(ours, other, strict=True)])
            report.add(
                Figure(
                    f"{name}: {what} by text",
                    median(ours),
                    "CPU-us",
                    f"tables of SQLAlchemy, {form}",
                    median(other),
                    ratio,
                    rounds=rounds,
                )
            )


def _as_one_parameter(connection: Connection, columns, key) -> Callable[[list[int]], Sequence]:
    """The same as the text does, made of tables: a query for each database."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy import BigInteger
        from sqlalchemy.dialects.postgresql import ARRAY

        query = select(*columns).where(key == func.any(bindparam("ids", type_=ARRAY(BigInteger))))
        return lambda ids: connection.execute(query, {"ids": ids}).all()
    import orjson

    values = func.json_each(bindparam("ids")).table_valued("value")
    query = select(*columns).where(key.in_(select(values.c.value)))
    return lambda ids: connection.execute(query, {"ids": orjson.dumps(ids).decode()}).all()


def _timed(work: Callable[[], int], times: int) -> Callable[[int], Spent]:
    def timed(_: int) -> Spent:
        with spending() as spent:
            for _time in range(times):
                work()
        return spent

    return timed
