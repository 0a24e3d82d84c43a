"""Write docs/access.md from the table of access (`make docs`); a test compares the two."""

from __future__ import annotations

from pathlib import Path

from trace.access import API, PAGES, Access
from trace.access.record_kinds import SIGNED, wants_two
from trace.access.rights import RIGHTS
from trace.access.roles import KINDS, ROLES
from trace.parties import DEPARTMENTS, SCOPES
from trace.wording import say

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "access.md"

LEAD = """\
# Who may ask what

Made from `trace/access` by `make docs`; edit the tables there, not this page. The application admits by the
same table, and a test tries every scope and role on every line of it.

A token belongs to one organisation. Its **scopes** say what it opens, its **department** for which side of
the law it speaks, its **region** how far an authority sees. A token that does not open a route is, where
anybody may ask, as good as none. What a reader then sees of a lot has one answer everywhere:
[0044](adr/0044-one-answer-to-sight.md).

"""

PAGES_LEAD = """
## Pages

The pages of people who sign in. A session gives the rights of its person's roles in the organisation that it
acts for; a token opens no page, and a session no call of machines.
"""
ROLES_LEAD = """
## Roles

What each role may do: the rights of its pages, and the scopes that use cases ask for. What is not here is
refused.
"""
SIGNED_LEAD = """
## Who signs what

Which kinds of records each role signs on pages, beside the right to sign. `*` is whatever the organisation's
keys may state; a correction counts as the kind that it corrects. Kinds marked † are prepared by one person
and signed by another.

| organisation | role | kinds |
|---|---|---|
"""


def page() -> str:
    """The whole page as text."""
    parts = [LEAD + "| route | scopes, any of | department | without a token | shown to a token |"]
    parts += ["|---|---|---|---|---|"]
    parts += [_line(route, line) for route, line in API.items()]
    parts += ["", "After a `?` stands what of a route asks for more.", "", "## Scopes", ""]
    parts += ["| scope | opens |", "|---|---|"]
    parts += [f"| `{scope}` | {_opened(scope)} |" for scope in SCOPES]
    parts += [PAGES_LEAD, "| page | rights, any of |", "|---|---|"]
    parts += [_page(route, line) for route, line in PAGES.items()]
    parts += [ROLES_LEAD, f"| role | organisation | {' | '.join(_rights())} |"]
    parts += ["|---" * (len(_rights()) + 2) + "|"]
    parts += [_role(name) for name in ROLES]
    return "\n".join(parts) + "\n" + SIGNED_LEAD + "".join(_signed())


def _signed() -> list[str]:
    return [
        f"| {kind} | {say('zh-CN', f'work.role.{role}')} `{role}` | {_kinds(kind, kinds)} |\n"
        for kind, roles in SIGNED.items()
        for role, kinds in roles.items()
    ]


def _kinds(of_kind: str, kinds: frozenset[str]) -> str:
    return ", ".join(f"`{one}`{' †' if wants_two(of_kind, one) else ''}" for one in sorted(kinds)) or "none"


def _rights() -> list[str]:
    every = frozenset[str]().union(*(role.rights for role in ROLES.values()))
    return [one for one in (*RIGHTS, *SCOPES) if one in every]


def _page(route: str, line: Access) -> str:
    opened = "anybody" if line.public else ", ".join(f"`{right}`" for right in line.scopes)
    return f"| `{route}` | {opened} |"


def _role(name: str) -> str:
    role = ROLES[name]
    kinds = ", ".join(kind for kind in KINDS if kind in role.kinds)
    cells = " | ".join("yes" if right in role.rights else "" for right in _rights())
    return f"| {say('zh-CN', f'work.role.{name}')} `{name}` | {kinds} | {cells} |"


def _line(route: str, line: Access) -> str:
    scopes = ", ".join(f"`{scope}`" for scope in line.scopes)
    named = {role: name for name, role in DEPARTMENTS.items()}
    departments = ", ".join(sorted(named[role] for role in line.departments))
    without = "what everybody may see" if line.public else "refused"
    return f"| `{route}` | {scopes} | {departments} | {without} | {line.shown} |"


def _opened(scope: str) -> str:
    return ", ".join(f"`{route}`" for route, line in API.items() if scope in line.scopes)


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
