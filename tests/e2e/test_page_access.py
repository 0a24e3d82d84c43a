"""The pages of the workspaces against the table of access: every role tried on every line."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from flask import Flask

from scanner_web import create_pages
from scanner_web.frame.door import page_lines_of, require_page_lines
from tests.builders.members import Desk, add_member, signed_in
from tests.servers.door import Door
from trace.access import API, PAGES
from trace.access.roles import KINDS, ROLES, rights_of, roles_for

PEOPLE = [(kind, role) for kind in KINDS for role in roles_for(kind)]


@pytest.fixture(scope="module")
def desks(tmp_path_factory, databases) -> Iterator[dict[tuple[str, str], Desk]]:
    with Door(tmp_path_factory.mktemp("pages"), databases.migrated("sqlite"), pages=create_pages) as door:
        for kind, role in PEOPLE:
            add_member(door.platform.transactions, kind, [role], f"{kind}-{role}")
        found = {
            (kind, role): signed_in(door.platform, door.client, f"{kind}-{role}") for kind, role in PEOPLE
        }
        found["", ""] = Desk(door.client)
        yield found


def refused_by(desk: Desk, line: str) -> str:
    """The code of the refusal at the door, "" where it opens."""
    verb, _, path = line.partition(" ")
    address = path.replace("{", "").replace("}", "")
    data = {}
    if verb == "POST" and desk.page is not None:  # the token is the session's, the key the form's own
        data = {**desk.fields(), "_key": secrets.token_urlsafe(16)}
    answer = desk.client.open(address, method=verb, data=data or None, environ_overrides=desk.where)
    answer.get_data()
    answer.close()  # a file that was sent stays open until then
    assert answer.status_code < 500, (line, answer.text)
    assert "no-store" in answer.headers["Cache-Control"]
    if answer.status_code == 303 and "/sign-in?next=" in answer.headers["Location"]:
        return "sign-in-needed"
    return "right-missing" if answer.status_code == 403 and "岗位没有这项权限" in answer.text else ""


@pytest.mark.requirement("S1-05")
@pytest.mark.parametrize("line", [line for line in PAGES if line != "POST /sign-out"])
def test_a_page_opens_to_those_whose_roles_have_its_right(desks, line: str) -> None:
    access = PAGES[line]
    assert refused_by(desks["", ""], line) == ("" if access.public else "sign-in-needed")
    for kind, role in PEOPLE:
        opened = access.public or not rights_of([role], kind).isdisjoint(access.scopes)
        assert refused_by(desks[kind, role], line) == ("" if opened else "right-missing"), (kind, role)


@pytest.mark.parametrize("line", sorted(line for line in API if line.startswith("GET ")))
def test_no_page_session_is_mistaken_for_a_token(desks, line: str) -> None:
    """The calls of machines go by tokens alone: what a session may, it does on pages."""
    path = line.partition(" ")[2].partition("?")[0].replace("{", "").replace("}", "")
    anybody, member = desks["", ""].client.get(path), desks["operator", "head"].client.get(path)
    assert anybody.status_code == member.status_code


def test_every_role_is_of_some_organisation_and_gives_something() -> None:
    for name, role in ROLES.items():
        assert role.kinds <= set(KINDS), name
        assert role.rights, name


def test_a_role_of_another_kind_of_organisation_gives_nothing() -> None:
    assert rights_of(["case-officer", "administrator"], "operator") == frozenset()


def test_the_table_has_the_pages_that_are_served_and_no_others(desks) -> None:
    app = desks["", ""].client.application
    assert set(page_lines_of(app)) == set(PAGES)


def test_a_page_without_a_line_is_not_served() -> None:
    app = Flask("test")
    app.add_url_rule("/desk/forgotten/<string:number>", view_func=lambda number: number)
    with pytest.raises(TypeError, match=r"GET /desk/forgotten/\{number\}"):
        require_page_lines(app)
