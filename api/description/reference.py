"""The interface description as people read it: values for a page, from the document that machines read."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import orjson

from api.description.completed import Operation, operations_of

_REF: Final = "$ref"
_FILE: Final = "FILE"
_CHINESE: Final = "zh-CN"


@dataclass(frozen=True, slots=True)
class Member:
    """A parameter, or a member of a body or answer."""

    name: str
    kind: str
    needed: bool
    text: str
    where: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A body or answer: media types, what it is, its members; `members` of schemas that have any."""

    kinds: tuple[str, ...]
    text: str
    members: tuple[Member, ...]
    status: str = ""
    schema: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """One operation."""

    id: str
    verb: str
    path: str
    title: str
    text: str
    scopes: tuple[str, ...]
    anybody: bool
    shown: str
    parameters: tuple[Member, ...]
    body: Content | None
    answers: tuple[Content, ...]
    refusals: tuple[tuple[str, str], ...]
    call: str


@dataclass(frozen=True, slots=True)
class Group:
    """The operations of one subject."""

    name: str
    text: str
    operations: tuple[Described, ...]


@dataclass(frozen=True, slots=True)
class Sentences:
    """What the page says in its language: sentences by the English one, schemas by their name."""

    told: Mapping[str, str]
    schemas: Mapping[str, str]

    def say(self, text: str) -> str:
        """The sentence; the English where there is no other."""
        return self.told.get(text) or self.told.get(text.rstrip("."), text)

    def subject(self, text: str) -> str:
        """A subject, whose description is its Chinese name and then the English."""
        chinese, _, english = text.partition(" ")
        return chinese if self.told else english[:1].upper() + english[1:]

    def schema(self, name: str, text: str) -> str:
        """What a schema is."""
        return self.schemas.get(name) or text


ENGLISH: Final = Sentences({}, {})


def groups_of(spec: Mapping[str, Any], shown: Mapping[str, str], of: Sentences = ENGLISH) -> list[Group]:
    """The operations by subject, in the document's order; `shown` is what scopes show, by verb and path."""
    found: dict[str, list[Described]] = {tag["name"]: [] for tag in spec["tags"]}
    for path, verb, operation in operations_of(spec):
        found[operation["tags"][0]].append(_described(spec, path, verb, operation, shown, of))
    return [
        Group(tag["name"], of.subject(tag["description"]), tuple(found[tag["name"]])) for tag in spec["tags"]
    ]


def schemas_of(spec: Mapping[str, Any], of: Sentences = ENGLISH) -> list[tuple[str, str, tuple[Member, ...]]]:
    """Name, description and members of each schema."""
    return [
        (name, of.schema(name, found.get("description", "")), tuple(_members(found, of)))
        for name, found in sorted(spec["components"]["schemas"].items())
    ]


@cache
def sentences(locale: str) -> Sentences:
    """The sentences of a locale; English stands in the document itself."""
    if locale != _CHINESE:
        return ENGLISH
    return Sentences(*(_table(f"{name}.{locale}.toml") for name in ("sentences", "schemas")))


def _table(name: str) -> Mapping[str, str]:
    return tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))


def _described(
    spec: Mapping[str, Any],
    path: str,
    verb: str,
    operation: Operation,
    shown: Mapping[str, str],
    of: Sentences,
) -> Described:
    parameters = [*spec["paths"][path].get("parameters", ()), *operation.get("parameters", ())]
    security = operation.get("security", [])
    body = operation.get("requestBody")
    return Described(
        operation["operationId"],
        verb.upper(),
        path,
        operation.get("summary", ""),
        of.say(operation.get("description", "")),
        tuple(scope for one in security for scope in one.get("token", ())),
        not any(security) or {} in security,
        of.say(shown.get(f"{verb.upper()} {path}", "")),
        tuple(_parameter(each, of) for each in parameters),
        None if body is None else _content(spec, body, "", of),
        tuple(
            _content(spec, answer, status, of)
            for status, answer in operation["responses"].items()
            if status.startswith("2")
        ),
        tuple((status, of.say(text)) for status, text in _refusals(spec, operation)),
        _call(path, verb, operation, parameters, anybody=not security or {} in security),
    )


def _refusals(spec: Mapping[str, Any], operation: Operation) -> Iterator[tuple[str, str]]:
    for status, answer in operation["responses"].items():
        if not status.startswith("2") and status != "default":
            yield status, spec["components"]["responses"][answer[_REF].rpartition("/")[2]]["description"]


def _parameter(each: Mapping[str, Any], of: Sentences) -> Member:
    example = each.get("example", each["schema"].get("default", ""))
    told = "" if example is None or example in ("", []) else _plain(example)
    text = of.say(each.get("description", ""))
    return Member(each["name"], _kind(each["schema"]), each.get("required", False), text, each["in"], told)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _content(spec: Mapping[str, Any], found: Mapping[str, Any], status: str, of: Sentences) -> Content:
    content = found.get("content", {})
    members: dict[str, Member] = {}
    names, texts = [], [of.say(found.get("description", ""))]
    for each in content.values():
        schema = each.get("schema", {})
        for one in (schema, *schema.get("oneOf", ())):
            if _REF in one:
                names.append(one[_REF].rpartition("/")[2])
                target = spec["components"]["schemas"][names[-1]]
                texts.append(of.schema(names[-1], target.get("description", "")))
                members |= {member.name: member for member in _members(target, of)}
            elif one.get("description"):
                texts.append(of.say(one["description"]))
    between = ". " if of is ENGLISH else "；"
    told = between.join(dict.fromkeys(text.rstrip(".。") for text in texts if text))
    return Content(tuple(content), told, tuple(members.values()), status, ", ".join(dict.fromkeys(names)))


def _members(schema: Mapping[str, Any], of: Sentences) -> Iterator[Member]:
    needed = schema.get("required", ())
    for name, each in schema.get("properties", {}).items():
        yield Member(name, _kind(each), name in needed, of.say(each.get("description", "")))


def _kind(schema: Mapping[str, Any]) -> str:
    """A schema's type in one word or few: `string`, `[Receipt]`, `all | each`."""
    if _REF in schema:
        return str(schema[_REF]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(_plain(each) for each in schema["enum"] if each is not None)
    for choice in ("oneOf", "anyOf", "allOf"):
        if choice in schema:
            return " | ".join(dict.fromkeys(_kind(each) for each in schema[choice]))
    kinds = schema.get("type", "object")
    if kinds == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    kind = kinds if isinstance(kinds, str) else " | ".join(kinds)
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def _call(
    path: str, verb: str, operation: Operation, parameters: Sequence[Mapping[str, Any]], *, anybody: bool
) -> str:
    """The operation as a command to copy."""
    query = []
    for each in parameters:
        value = _plain(each.get("example", ""))
        if each["in"] == "path":
            path = path.replace(f"{{{each['name']}}}", quote(value, safe=":/"))
        elif each.get("required"):
            query.append(f"{each['name']}={quote(value, safe=':')}")
    told = ["curl"] if verb == "get" else ["curl", "-X", verb.upper()]
    if not anybody:
        told.append('-H "Authorization: Bearer $GREENTRACE_TOKEN"')
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        told.append(f"-H {shlex.quote(f'Content-Type: {kind}')}")
        given = content.get("example")
        compact = "" if given is None else orjson.dumps(given).decode()
        told.append(f"--data-binary {shlex.quote(compact) if compact else '@' + _FILE}")
        break
    return " ".join([*told, f'"$GREENTRACE_SERVER{path}{"?" if query else ""}{"&".join(query)}"'])
