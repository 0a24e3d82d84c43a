"""The schema of an answer: members in the order in which they are declared, named in camelCase."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, fields
from marshmallow.fields import Field


class Document(Schema):
    """One JSON object. Members come from the attributes of a value; where it has none, they are left out.

    `sometimes` names the members that some callers, or some states of the thing, do not get.
    """

    sometimes: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        unknown = EXCLUDE  # more members may come: the description does not close the object

    def __init_subclass__(cls, **options: object) -> None:
        """Let the interface description say what the docstring says."""
        super().__init_subclass__(**options)
        described = {"description": cleandoc(cls.__doc__ or "")}
        cls.Meta = type("Meta", (Document.Meta,), described)  # type: ignore[misc,assignment]

    def on_bind_field(self, field_name: str, field_obj: Field[Any]) -> None:
        """Give the member its name, and say whether it is always there."""
        if field_obj.data_key is None:
            field_obj.data_key = camel_case(field_name)
        field_obj.required = field_obj.data_key not in self.sometimes


class Quantity(Document):
    """An exact amount as decimal text, with its unit."""

    value = fields.Function(lambda one: one.as_json()["value"], metadata={"type": "string"})
    unit = fields.String()


class Span(Document):
    """A time span; null where an end is not known."""

    earliest = fields.DateTime(allow_none=True)
    latest = fields.DateTime(allow_none=True)


class Counters(Document):
    """An interval of code counters."""

    first = fields.Integer()
    count = fields.Integer()


def camel_case(name: str) -> str:
    """The member's name for an attribute: `product_name` is `productName`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def texts() -> fields.List[Any]:
    """A list of texts."""
    return fields.List(fields.String())


def anything() -> fields.Dict:
    """An object whose members another document declares (a record's data, figures of a rule)."""
    return fields.Dict(keys=fields.String())


def said(text: str) -> dict[str, str]:
    """The metadata that give a field its sentence in the interface description."""
    return {"description": text}
