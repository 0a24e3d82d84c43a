"""Pages of supervision under the law of other places: what has no rule there is left out, not a failure."""

from __future__ import annotations

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import add_member, signed_in
from tests.builders.signers import Signer
from tests.builders.traced_chain import TracedChain
from tests.builders.two_bureaus import AGRI, seat
from tests.servers.door import Door
from trace.access import PAGES
from trace.access.roles import AUTHORITY, OPERATOR
from trace.rules import profile_names

READ = [line.removeprefix("GET ") for line in PAGES if line.startswith("GET /") and "{" not in line]
OFFICE = [path for path in READ if path.startswith("/office")]
DESK = [path for path in READ if path.startswith("/desk")]


@pytest.mark.parametrize("profile", profile_names())
def test_every_page_stands_under_every_profile(profile, tmp_path, databases, monkeypatch) -> None:
    monkeypatch.setenv("GREENTRACE_PROFILE", profile)
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        chain = TracedChain(door, door.clock)
        chain.packed_rice()
        chain.signers[AGRI] = Signer(AGRI, "regulator_agri")
        door.register(chain.signers[AGRI])
        farm = made.a_party(name="散户", kind="smallholder", roles=["grower"], region="310151")
        chain.state(AGRI, "master.party", "urn:party:one", farm, "12 08:00")
        add_member(door.platform.transactions, AUTHORITY, ["bureau-head"], "ju")
        add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
        seat(door.platform.transactions, "wei")
        assert len(OFFICE) > 20
        for login, paths in (("ju", OFFICE), ("wei", OFFICE), ("wangmin", DESK)):
            member = signed_in(door.platform, door.app.test_client(), login)
            found = {path: member.get(path).status_code for path in paths}
            assert {path: status for path, status in found.items() if status >= 500} == {}, login
            assert sum(status == 200 for status in found.values()) > len(found) // 3, login
