"""Write docs/records.md from the readers of the record kinds (`make docs`); a test compares the two."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trace.chain.facts import KINDS
from trace.chain.facts.base import FormKind, Kind, RecordKind
from trace.chain.facts.reading import Member
from trace.rules.book import every_admission

TARGET = Path(__file__).parent / "records.md"

HEAD = """\
# Record kinds

Made from `trace/chain/facts` and `trace/rules/admission.toml` by `make docs`; edit
those, not this page.

A statement's `typ` names its kind, `sub` what it is about, and `data` holds the members below. What a
member must be stands in the words of the reader that judges it, as a refusal (`fact-malformed`) gives them.
`[]` stands for each member of a list. A member that is not listed is refused, except where a kind says
otherwise; `_sd` (digests of concealed members, RFC 9901) may stand in every object, and a concealed member
counts as absent. Times are RFC 3339 with offset and whole seconds, quantities `{"value": "1250.000",
"unit": "kg"}` with decimal strings.

What a kind lists as concealed is refused in clear since edition 2 of a log (`private-in-clear`): it is about
persons, vehicles, buyers or exact places, and what is signed in clear can never be erased. Of a foreign event
(`epcis.event`) that is what its member names or `geo:` addresses say so of, and what stands beside the event.

Of some kinds a record with certain members is read by its parties and by authorities alone: numbers of
officers' cards, a firm's own control, what a receiver answers to a recall. A public bundle and a stranger get
its place in the log with the proof, and nothing of what it says.

Every kind may hold `declared`, a list of `{"rule", "reason"}`: it turns "refused unless declared" into a
named gap. Roles are those of the signing key; what each rule says stands in [rules.md](rules.md).
"""


def page() -> str:
    """The whole page as text."""
    lines = [HEAD]
    lines += [f"- [`{typ}`](#{_anchor(typ)})" for typ in KINDS]
    for typ, kind in KINDS.items():
        lines += ["", f"## {typ}", "", *_about(typ, kind)]
        lines += ["| member | what | |", "|---|---|---|"]
        lines += [_row(member) for member in kind.members() if not member.path.startswith("declared")]
        if isinstance(kind, FormKind):
            lines += ["", "Before edition 2 of a log its entries may say less and hold anything besides."]
        elif not isinstance(kind, Kind):
            lines += ["", "Other members are kept as they are and judged by the part that reads them."]
    return "\n".join(lines) + "\n"


def _about(typ: str, kind: RecordKind[Any]) -> Iterator[str]:
    roles = ", ".join(f"`{role}`" for role in sorted(kind.stated_by))
    yield f"Subject: {_plain(kind.about)}.  "
    yield f"Stated by: {roles}.  "
    rules = [f"{row.rule} ({row.effect.replace('_', ' ')})" for row in every_admission() if row.covers(typ)]
    yield "  \n".join([f"Rules: {', '.join(dict.fromkeys(rules))}.", *_not_for_everybody(kind)])
    yield ""


def _not_for_everybody(kind: RecordKind[Any]) -> Iterator[str]:
    if kind.private:
        persons = "".join(f", of natural persons `{member}`" for member in sorted(kind.personal))
        yield f"Concealed: {', '.join(f'`{member}`' for member in sorted(kind.private))}{persons}."
    if kind.coarse:
        yield f"In clear as whole numbers only: {', '.join(f'`{member}`' for member in sorted(kind.coarse))}."
    apart = ", ".join(
        f"`{one}`" for one in sorted(kind.withheld & {member.path for member in kind.members()})
    )
    if apart:
        yield f"Read by its parties and authorities alone where it holds {apart}."


def _row(member: Member) -> str:
    return f"| `{member.path}` | {_plain(member.expected)} | {'needed' if member.needed else ''} |"


def _plain(text: str) -> str:
    """Without anything that Markdown would take for its own."""
    return text.replace("|", "\\|").replace("<", "\\<")


def _anchor(typ: str) -> str:
    return typ.replace(".", "")


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
