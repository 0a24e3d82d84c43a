"""Write docs/access.md from the table of access (`make docs`); a test compares the two."""

from __future__ import annotations

from pathlib import Path

from api.access import TABLE, Access
from trace.parties import DEPARTMENTS, SCOPES

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "access.md"

LEAD = """\
# Who may ask what

Made from `api/access.py` by `make docs`; edit the table there, not this page. The application admits by the
same table, and a test tries every scope and role on every line of it.

A token belongs to one organisation. Its **scopes** say what it opens, its **department** for which side of
the law it speaks, its **region** how far an authority sees. A token that does not open a route is, where
anybody may ask, as good as none. What a reader then sees of a lot has one answer everywhere:
[0044](adr/0044-one-answer-to-sight.md).

"""


def page() -> str:
    """The whole page as text."""
    parts = [LEAD + "| route | scopes, any of | department | without a token | shown to a token |"]
    parts += ["|---|---|---|---|---|"]
    parts += [_line(route, line) for route, line in TABLE.items()]
    parts += ["", "After a `?` stands what of a route asks for more.", "", "## Scopes", ""]
    parts += ["| scope | opens |", "|---|---|"]
    parts += [f"| `{scope}` | {_opened(scope)} |" for scope in SCOPES]
    return "\n".join(parts) + "\n"


def _line(route: str, line: Access) -> str:
    scopes = ", ".join(f"`{scope}`" for scope in line.scopes)
    named = {role: name for name, role in DEPARTMENTS.items()}
    departments = ", ".join(sorted(named[role] for role in line.departments))
    without = "what everybody may see" if line.public else "refused"
    return f"| `{route}` | {scopes} | {departments} | {without} | {line.shown} |"


def _opened(scope: str) -> str:
    return ", ".join(f"`{route}`" for route, line in TABLE.items() if scope in line.scopes)


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
