"""Row mappings: a dataclass, a table and what stands between them, said once.

A member stands in the column of its name; its annotation says how (`_CODECS`): a quantity as millionths
beside its unit, an interval as two times, JSON as canonical text. From that follow the columns to ask for,
the value of a row, the columns to insert and the row of a value: nobody else knows an order of columns.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import Field, dataclass, fields
from datetime import date, datetime
from typing import Any, Final, Generic, TypeVar, get_type_hints

from sqlalchemy import Table
from sqlalchemy.sql.compiler import RESERVED_WORDS

from trace.chain.effects import Interval
from trace.quantities import Quantity
from trace.store.base import from_micros, to_micros
from trace.store.columns import amount, interval, json_list, json_text, json_value, micros, moment, quantity

Value = TypeVar("Value")
Decode = Callable[..., Any]
Encode = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Codec:
    """How a member stands in its columns.

    `columns` are patterns of column names, the first that the table has of each group; `decode` takes the
    stored values; `encoded` has one (attribute of the member, encoder) a column.
    """

    columns: tuple[tuple[str, ...], ...] = (("{name}",),)
    decode: Decode | None = None
    encoded: tuple[tuple[str, Encode | None], ...] = (("", None),)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(stored: str | None) -> date | None:
    return None if stored is None else date.fromisoformat(stored)


def _micro(given: Quantity | None) -> int | None:
    return None if given is None else given.micro


def _unit(given: Quantity | None) -> str | None:
    return None if given is None else given.unit


_AMOUNT: Final = (("{name}",), ("{name}_unit", "unit"))
_SPAN: Final = (("{name}_from",), ("{name}_to",))
JSON: Final = Codec(decode=json_value, encoded=(("", json_text),))
_CODECS: Final[Mapping[Any, Codec]] = {
    **{plain: Codec() for plain in (int, str, int | None, str | None)},
    bool: Codec(decode=bool, encoded=(("", int),)),
    date: Codec(decode=date.fromisoformat, encoded=(("", date.isoformat),)),
    date | None: Codec(decode=_day, encoded=(("", _iso),)),
    datetime: Codec(decode=from_micros, encoded=(("", to_micros),)),
    datetime | None: Codec(decode=moment, encoded=(("", micros),)),
    Quantity: Codec(_AMOUNT, amount, (("micro", None), ("unit", None))),
    Quantity | None: Codec(_AMOUNT, quantity, (("", _micro), ("", _unit))),
    Interval: Codec(_SPAN, interval, (("earliest", micros), ("latest", micros))),
    Mapping[str, object]: JSON,
    Mapping[str, Any]: JSON,
    tuple[str, ...]: Codec(decode=json_list, encoded=(("", json_text),)),
}


class RowMapping(Generic[Value]):
    """A dataclass as rows of a table; a member without a column is the caller's to give.

    `table` and `made` are what it maps; `columns` is what a query asks for, `width` of them, each at its
    place of `places`; `inserted` names what `row` gives, in its order.

        read(row, at=0, **more)   the value of a row that has `columns` from `at` on, and `more` members
        row(value)                the row of a value

    Both are written out and compiled once, as dataclasses are: walking a list of codecs for every row took
    1.6 times as long.
    """

    read: Callable[..., Value]
    row: Callable[[Value], tuple[Any, ...]]

    def __init__(
        self,
        table: Table,
        made: type[Value],
        *,
        only: Collection[str] | None = None,
        named: Mapping[str, str] | None = None,
        codecs: Mapping[str, Codec] | None = None,
        written: Mapping[str, Callable[[Any], object]] | None = None,
        copied: Mapping[str, str] | None = None,
    ) -> None:
        """`only` these members; `named`: member → column; `codecs` of members that their annotation does not
        tell enough about. Columns that no member stands in get for rows to insert what `written` makes of
        the value, or the same as another column (`copied`).

        Raises TypeError for a member that has a column and no codec.
        """
        self.table = table
        self.made = made
        members = [
            _Member.of(table, each, (named or {}).get(each.name, each.name), hint, codecs or {})
            for each, hint in _annotated(made)
            if only is None or each.name in only
        ]
        # Each column once: drivers' results with two columns of a name are slower to open.
        stored = [column for member in members if member is not None for column in member.columns]
        self.places = {column: place for place, column in enumerate(dict.fromkeys(stored))}
        self.columns = ", ".join(f"{table.name}.{_quoted(column)}" for column in self.places)
        self.width = len(self.places)
        self.read = _reader(made, members, self.places)
        self.inserted, self.row = _writer(members, written or {}, copied or {})
        self.assignments = ", ".join(f"{_quoted(column)} = ?" for column in self.inserted)


def _quoted(column: str) -> str:
    """A column's name in a statement, also where it is a word of SQL."""
    return f'"{column}"' if column in RESERVED_WORDS else column


def _reader(made: type, members: Sequence[_Member | None], places: Mapping[str, int]) -> Callable[..., Any]:
    """`read` of a mapping: what stands behind a member without a column is given by its name."""
    names: dict[str, object] = {"made": made}
    arguments, gap = [], False
    for member in members:
        if member is None:
            gap = True
            continue
        stored = ", ".join(f"column_{column}" for column in member.columns)
        if member.codec.decode is not None:
            names[f"decode_{member.name}"] = member.codec.decode
            stored = f"decode_{member.name}({stored})"
        arguments.append(f"{member.name}={stored}" if gap or member.keyword else stored)
    columns = ", ".join(f"column_{column}" for column in places)
    lines = [f"({columns},) = row[at : at + {len(places)}]", f"return made({', '.join(arguments)}, **more)"]
    return _compiled("read(row, at=0, **more)", lines, names)


def _writer(
    members: Sequence[_Member | None],
    written: Mapping[str, Callable[[Any], object]],
    copied: Mapping[str, str],
) -> tuple[tuple[str, ...], Callable[..., Any]]:
    """The columns to insert, and `row` of a mapping."""
    names: dict[str, object] = {}
    made: dict[str, str] = {}
    for member in filter(None, members):
        for column, (attribute, encode) in zip(member.columns, member.codec.encoded, strict=True):
            path = f"value.{member.name}.{attribute}".rstrip(".")
            if encode is not None:
                names[f"encode_{column}"] = encode
                path = f"encode_{column}({path})"
            made.setdefault(column, path)
    for column, write in written.items():
        names[f"write_{column}"] = write
        made[column] = f"write_{column}(value)"
    made |= {column: f"column_{other}" for column, other in copied.items()}
    lines = [f"column_{column} = {source}" for column, source in made.items()]
    lines.append(f"return ({', '.join(f'column_{column}' for column in made)},)")
    return tuple(made), _compiled("row(value)", lines, names)


def _compiled(signature: str, lines: Sequence[str], names: dict[str, Any]) -> Callable[..., Any]:
    exec(f"def {signature}:\n    " + "\n    ".join(lines), names)  # noqa: S102 - members and columns of ours
    compiled: Callable[..., Any] = names[signature.partition("(")[0]]
    return compiled


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    keyword: bool
    columns: list[str]
    codec: Codec

    @classmethod
    def of(
        cls, table: Table, member: Field[Any], name: str, hint: object, codecs: Mapping[str, Codec]
    ) -> _Member | None:
        """None for a member that the table has no column of."""
        codec = codecs.get(member.name) or _CODECS.get(hint)
        columns = _columns_of(table, codec or Codec(), name)
        if columns is None:
            return None
        if codec is None:
            raise TypeError(f"nothing says how {member.name} stands in {table.name}")
        return cls(member.name, member.kw_only is True, columns, codec)


def _annotated(made: type) -> Iterator[tuple[Field[Any], object]]:
    hints = get_type_hints(made)
    return ((member, hints[member.name]) for member in fields(made))


def _columns_of(table: Table, codec: Codec, name: str) -> list[str] | None:
    """The columns that the table has for a member, or None when it has not all of them."""
    known = table.columns.keys()
    found = []
    for patterns in codec.columns:
        named = [column for pattern in patterns if (column := pattern.format(name=name)) in known]
        if not named:
            return None
        found.append(named[0])
    return found
