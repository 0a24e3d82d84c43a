"""The pages that are made from data: docs/problems.md from the wording, docs/rules.md from the rules.

`make docs` writes them; a test compares them with what this module would write.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from trace import errors

ROOT = Path(__file__).resolve().parent.parent
STATUS = {
    errors.Malformed: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.Missing: 404,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.TooLarge: 413,
    errors.Inadmissible: 422,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}
NOTICE = "<!-- Made by `make docs`; edit {source} instead. -->"
PROBLEMS_LEAD = """\
# Problems 问题一览

Every refusal is an `application/problem+json` document (RFC 9457). Its `type` ends in the code below; codes
are never renamed. `{names}` are values of the occurrence, and stand in `params` too."""
RULES_LEAD = """\
# Rules 规则与参数

Law is data: each version of a rule has the day since when it holds, its source, its jurisdiction and how sure
we are of it. A decision keeps the version it used."""


def all_refusals(kind: type[errors.Refusal] = errors.Refusal) -> Iterator[type[errors.Refusal]]:
    """Every class of refusal, kinds included, in the order of definition."""
    for each in kind.__subclasses__():
        yield each
        yield from all_refusals(each)


def wording(locale: str) -> dict[str, Mapping[str, str]]:
    """The tables of one language: {"problem.<code>": {title, detail, action}, …}."""
    tables: dict[str, Mapping[str, str]] = {}
    for path in sorted((ROOT / "trace" / "wording" / locale).glob("*.toml")):
        loaded = tomllib.loads(path.read_text(encoding="utf-8"))
        tables |= {key: value for key, value in loaded.items() if isinstance(value, dict)}
    return tables


def problems() -> str:
    """docs/problems.md: each problem type with its status and what to do, in both languages."""
    by_code = {each.code: each for each in all_refusals()}
    chinese, english = wording("zh-CN"), wording("en")
    parts = [NOTICE.format(source="trace/wording"), PROBLEMS_LEAD]
    for code in sorted(by_code):
        status = next(STATUS[kind] for kind in by_code[code].__mro__ if kind in STATUS)
        key = f"problem.{code}"
        parts.append(f"## {code}\n\nHTTP {status}")
        parts.extend(_in_language(table) for table in (chinese.get(key, {}), english.get(key, {})) if table)
    return "\n\n".join(parts) + "\n"


def _in_language(table: Mapping[str, str]) -> str:
    lines = [f"**{table.get('title', '')}**"]
    lines += [str(table[part]) for part in ("detail", "action") if table.get(part)]
    return "  \n".join(lines)


def rules() -> str:
    """docs/rules.md: each dated rule and operator parameter with its source."""
    parts = [NOTICE.format(source="trace/rules"), RULES_LEAD]
    for path in sorted((ROOT / "trace" / "rules").glob("**/*.toml")):
        loaded = tomllib.loads(path.read_text(encoding="utf-8"))
        parts.append(f"## {path.relative_to(ROOT / 'trace' / 'rules').with_suffix('')}")
        parts.extend(f"### {name}\n\n{_versions(value)}" for name, value in loaded.items())
    return "\n\n".join(parts) + "\n"


def _versions(value: object) -> str:
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        return "\n".join(
            "- " + "; ".join(f"{key}: {_shown(item)}" for key, item in each.items()) for each in value
        )
    if isinstance(value, dict):
        return "\n".join(f"- {key}: {_shown(item)}" for key, item in value.items())
    return _shown(value)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    return str(value).replace("\n", " ")


PAGES = {"docs/problems.md": problems, "docs/rules.md": rules}

if __name__ == "__main__":
    for name, make in PAGES.items():
        (ROOT / name).write_text(make(), encoding="utf-8")
