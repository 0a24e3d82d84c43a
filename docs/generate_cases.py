"""Write docs/cases.md from the procedure of cases (`make docs`); a test compares the two."""

from __future__ import annotations

from pathlib import Path

from trace.oversight.casework.table import ENDED, STATES, TABLE, Step
from trace.wording import say

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "cases.md"

HEAD = """\
# The procedure of a case

Made from `trace/oversight/casework/table.py` by `make docs`; edit the table, not this page. Cases are moved
by the same rows, and a test tries every state with every event: what has no row is refused (`step-unfit`).

A case begins with a failing result, in the transaction that takes the report, or with the source of a clue
that an authority signed. In a case of a clue no result is delivered and nobody objects: where its goods fail
a test, that result stands in its history and opens a case of its own.

Steps of people need a purpose; steps of *the signed record* follow from what was signed, in its own
transaction. Whoever acts says which version of the case was seen: of two people who act at once one wins, and
the other is told who did what (`case-moved`). Every step keeps who, when, why and on which evidence; history
and papers can be neither changed nor removed.

A report names the lot that was sampled, and its failed test holds for the other packings of the production
batch as well. The goods of a case are all of them: traces down, receivers, notices, figures and what has to
be settled before it closes go out from the whole batch, and the forms of a hold and of a recall offer the
other packings, ticked. What an order holds is what it names and what was made of that. Number, sources and
bundle are those of the sampled lot.

"""
DIAGRAM = """
## Diagram

Steps that leave a case where it is are left out.

"""


def page() -> str:
    """The whole page as text."""
    parts = [HEAD + "## States\n", "| state | 中文 | English | ended |", "|---|---|---|---|"]
    for state in STATES:
        names = " | ".join(say(locale, f"case.state.{state}") for locale in ("zh-CN", "en"))
        parts.append(f"| `{state}` | {names} | {'yes' if state in ENDED else ''} |")
    parts += ["\n## Steps\n"]
    parts.append("| from | event | 中文 | to | who | guards | evidence, one of | limit that begins |")
    parts.append("|---" * 8 + "|")
    parts += [_row(step) for step in TABLE]
    parts += [DIAGRAM + "```mermaid", "stateDiagram-v2", "  [*] --> opened: open"]
    for step in TABLE:
        if step.to:
            parts += [f"  {source} --> {step.to}: {step.event}" for source in step.sources]
    parts += [f"  {state} --> [*]" for state in STATES if state in ENDED]
    parts += ["```", "\n## Guards\n", "| guard | what it asks |", "|---|---|"]
    guards = sorted({name for step in TABLE for name in step.guards})
    parts += [f"| `{name}` | {say('en', f'case.guard.{name}')} |" for name in guards]
    return "\n".join(parts) + "\n"


def _row(step: Step) -> str:
    sources = "any state" if step.sources == STATES else ", ".join(step.sources)
    limit = step.deadline + (f" ({', '.join(step.when.values())})" if step.when else "")
    cells = (
        sources,
        f"`{step.event}`",
        say("zh-CN", f"case.event.{step.event}"),
        step.to or "as before",
        ", ".join(say("en", f"case.role.{role}") for role in step.roles),
        ", ".join(f"`{name}`" for name in step.guards),
        ", ".join(say("en", f"case.evidence.{one}") for one in step.evidence),
        limit,
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
