"""Write docs/rules.md from trace/rules/*.toml (`make docs`), and trace/rules/waiting.toml from the code.

Tests compare both with what they are made of.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from trace.rules.admission_table import Admission
from trace.rules.book import (
    crop_limits,
    every_admission,
    every_food_limit,
    every_rule,
    every_substance,
    load,
    profile_names,
)
from trace.rules.rule import Rule

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "rules.md"
WAITING = ROOT / "trace" / "rules" / "waiting.toml"
_WAITING_HEAD = """\
# Rules that are known and sourced, and that no decision asks for yet. Made from the code by `make docs`.

"""

HEAD = """\
# Rules

Made from `trace/rules/*.toml` by `make docs`; edit the data, not this page.

Law here is data: every number has a day it starts, a source, a jurisdiction and an honest confidence:
**exact** the official text was read · **2nd** a secondary page · **derived** inferred · **memory** not
re-read · **unsure** a person must check it before relying on it · **not found** looked for in November
2026 and not reached. The last three stand with 待核实 wherever they are shown. None of this is legal advice.

An entry is never changed: it gets an `until`, and the next one a `since`; only what was wrong is corrected
in place, and its note says so. `block` and `warn` are part of the data too; a profile may set them
differently on purpose, and says why. "Asked by" names the code that decides by a rule; a rule that **waits**
is known, sourced and asked by nothing yet. Of the units, h and min run on the clock, d, week, month and year
are natural days, wd are working days; "counts from" is the event on which a limit starts, and "rolls" says
that one which would end on a day off ends with the next working day.
"""


def page() -> str:
    """The whole page as text."""
    parts = [HEAD, "## Profiles\n", *_profiles(), "\n## Rules\n"]
    columns = (
        "rule", "what", "value", "effect", "from", "until", "where", "source, clause",
        "confidence", "counts from",
    )  # fmt: skip
    parts += ["| " + " | ".join((*columns, "note", "asked by")) + " |"]
    parts += ["|---" * 12 + "|"]
    asked = askers()
    every = sorted(every_rule(), key=lambda rule: rule.id)
    parts += [_rule(rule, asked.get(rule.id, ())) for rule in every]
    parts += ["\n## Banned pesticides\n", _PESTICIDES, *_pesticides()]
    parts += ["\n## Limits in food\n", _FOOD_LIMITS, *_food_limits()]
    parts += ["\n## Admission\n", _ADMISSION]
    parts += ["| rule | record kind | effect | mark | gates closed |", "|---|---|---|---|---|"]
    parts += [_admission(row) for row in every_admission()]
    return "\n".join(parts) + "\n"


_PESTICIDES = """\
What R09 marks: a use on or after the day. Names are compared whole. Without a day the entry marks nothing;
the list is not complete, and what may not be used on certain crops only waits: crops are free names.
"""


def _pesticides() -> list[str]:
    lines = ["| substance | forbidden from | announcement | confidence | note |", "|---|---|---|---|---|"]
    for each in every_substance().values():
        day = each.since.isoformat() if each.since else "待核实"
        lines.append(f"| {each.name} | {day} | {each.notice} | {each.confidence} | {each.note} |")
    lines += ["\n| on certain crops | forbidden from | judged where the crop's name holds | announcement |"]
    lines.append("|---|---|---|---|")
    for limit in crop_limits():
        since = limit.since.isoformat() if limit.since else "待核实"
        words = "、".join(limit.crops) or "待核实"
        lines.append(f"| {limit.text} | {since} | {words} | {limit.notice} |")
    return lines


_FOOD_LIMITS = """\
What a passed report is held against beside the limits that it states itself: above one of these it is shown
with doubt. GB 2762 and GB 2763 have thousands that were not read: a limit that is not here is not known.
"""


def _food_limits() -> list[str]:
    lines = ["| substance | food whose name holds | at most | source | from | confidence |", "|---" * 6 + "|"]
    for each in every_food_limit():
        words = f"{'、'.join(each.foods)}, but not {'、'.join(each.others)}"
        since = f"{each.since.isoformat()}{'（待核实）' if each.unverified else ''}"
        names = "、".join(sorted(each.names))
        lines.append(f"| {names} | {words} | {each.most} | {each.source} | {since} | {each.confidence} |")
    return lines


_ADMISSION = """\
Malformed, unauthorised or impossible statements are always refused (unknown lot, a lot not held, a foreign
namespace, an end before its start, a quantity of nothing). Beyond that, this table decides. Where the dated
rule only warns, a mark closes no gate and no act is blocked.
"""


def _profiles() -> list[str]:
    lines = [
        "| profile | name | jurisdictions, nearest first | until | set differently |",
        "|---|---|---|---|---|",
    ]
    for name in profile_names():
        rules = load(name)
        plain = {(rule.id, rule.name, rule.since): rule.effect for rule in every_rule()}
        changed = sorted(
            {
                f"{rule.id} {rule.effect}"
                for rule in rules.all
                if plain[rule.id, rule.name, rule.since] != rule.effect
            }
        )
        where = " → ".join(rules.jurisdictions)
        lines.append(
            f"| `{name}` | {rules.title['zh']} · {rules.title['en']} | {where} "
            f"| {rules.until or ''} "
            f"| {', '.join(changed) or '–'} |"
        )
    return lines


@cache
def askers() -> dict[str, tuple[str, ...]]:
    """Rule id -> the modules that name it: where code decides by it. A rule that is in none waits."""
    known = {rule.id for rule in every_rule()}
    found: dict[str, set[str]] = {}
    for folder in ("trace", "api", "scanner_web", "cli"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and node.value in known:
                    found.setdefault(str(node.value), set()).add(path.relative_to(ROOT).as_posix())
    return {rule: tuple(sorted(paths)) for rule, paths in found.items()}


def waiting() -> str:
    """The file of the rules that nothing asks for, as text."""
    ids = sorted({rule.id for rule in every_rule()} - set(askers()))
    return _WAITING_HEAD + "rules = [\n" + "".join(f'    "{one}",\n' for one in ids) + "]\n"


def _rule(rule: Rule, asked: Sequence[str]) -> str:
    value = " · ".join(f"`{item}`" if len(rule.items) > 1 else item for item in rule.items)
    cells = (
        rule.id,
        f"{rule.zh} · {rule.name}",
        f"{value} {rule.unit}",
        rule.effect,
        rule.since.isoformat(),
        rule.until.isoformat() if rule.until else "",
        rule.jurisdiction,
        f"{rule.source}, {rule.clause}",
        f"{rule.confidence}, 待核实" if rule.unverified else rule.confidence,
        _counted(rule),
        rule.note,
        ", ".join(f"`{path}`" for path in asked) or "**waits**",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _counted(rule: Rule) -> str:
    return f"{rule.counts_from} (rolls)" if rule.rolls else rule.counts_from


def _admission(row: Admission) -> str:
    kinds = ", ".join(f"`{kind}`" for kind in row.kinds)
    return f"| {row.rule} | {kinds} | {row.effect} | `{row.code}` | {', '.join(row.gates) or '–'} |"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
    WAITING.write_text(waiting(), encoding="utf-8")
