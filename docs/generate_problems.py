"""Write docs/problems.md from the wording and the tree of refusals (`make docs`); a test compares the two."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from trace import errors

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "problems.md"
LEAD = """\
# Problems 问题一览

Made from `trace/wording` by `make docs`; edit the wording, not this page.

Every refusal is an `application/problem+json` document (RFC 9457). Its `type` ends in the code below; codes
are never renamed. `{names}` are values of the occurrence, and stand in `params` too."""


def all_refusals(kind: type[errors.Refusal] = errors.Refusal) -> Iterator[type[errors.Refusal]]:
    """Every class of refusal of ours, kinds included, in the order of definition; tests may add their own."""
    for each in kind.__subclasses__():
        if each.__module__.startswith("trace."):
            yield each
        yield from all_refusals(each)


def wording(locale: str) -> dict[str, Mapping[str, str]]:
    """The tables of one language: {"problem.<code>": {title, detail, action}, …}."""
    tables: dict[str, Mapping[str, str]] = {}
    for path in sorted((ROOT / "trace" / "wording" / locale).glob("*.toml")):
        loaded = tomllib.loads(path.read_text(encoding="utf-8"))
        tables |= {key: value for key, value in loaded.items() if isinstance(value, dict)}
    return tables


def page() -> str:
    """Each problem type with its status and what to do, in both languages."""
    by_code = {each.code: each for each in all_refusals()}
    chinese, english = wording("zh-CN"), wording("en")
    parts = [LEAD]
    for code in sorted(by_code):
        key = f"problem.{code}"
        parts.append(f"## {code}\n\nHTTP {by_code[code].http_status}")
        parts.extend(_in_language(table) for table in (chinese.get(key, {}), english.get(key, {})) if table)
    return "\n\n".join(parts) + "\n"


def _in_language(table: Mapping[str, str]) -> str:
    lines = [f"**{table.get('title', '')}**"]
    lines += [str(table[part]) for part in ("detail", "action") if table.get(part)]
    return "  \n".join(lines)


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
