"""Lots over HTTP, as shopper, enterprise and regulator see them: story 1 is in, nothing private leaks."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import urlsplit

import orjson
import pytest
import zxingcpp
from PIL import Image

from tests.builders import facts as made
from tests.builders.offline_verifier import limits, verify_bundle
from tests.builders.signed_rice import H1, K1, SHIPPED
from tests.e2e.conftest import Told
from tests.servers.door import PUBLIC_URL
from trace.ledger.canonical import unb64u
from trace.usecases.printing.print_label import print_label

R1, S1 = made.lot(made.MILL, "R1"), made.lot(made.MILL, "S1")
LOTS = (H1, R1, S1, K1, SHIPPED)
VIEWS = ("", "/upstream", "/downstream", "/marks", "/events", "/bundle")


def _private_words(told: Told) -> set[str]:
    """Every concealed value that nobody signs openly elsewhere (a grower gives its name and district)."""
    words: set[str] = set()
    open_words: set[str] = set()
    for statement in told.story.statements.values():
        words |= {str(one.value) for one in statement.disclosures if isinstance(one.value, str)}
        open_words |= {statement.claims.iss}
        open_words |= {value for value in statement.claims.data.values() if isinstance(value, str)}
    return words - open_words


def test_the_story_has_private_values_to_be_kept(told: Told) -> None:
    assert len(_private_words(told)) >= 5


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("lot", LOTS)
def test_nothing_private_reaches_the_public(told: Told, lot: str, view: str) -> None:
    answer = told.door.get(f"/api/v1/lots/{lot}{view}")
    assert answer.status_code in ({404} if lot == SHIPPED else {200, 403}), answer.text
    parties = {made.uscc(made.MARKET)}  # urns of parties are numbers of firms; the buyer's is private here
    text = answer.text
    if view == "/bundle" and answer.status_code == 200:
        text += "".join(
            unb64u(one["jws"]["payload"]).decode() for one in answer.json["statements"] if "jws" in one
        )
        assert not any("disclosures" in orjson.dumps(one).decode() for one in answer.json["statements"])
    leaked = [word for word in _private_words(told) | parties if word in text]
    assert leaked == []


@pytest.mark.parametrize("name", ["R1", "shipment"])
def test_private_members_are_shown_with_the_scope_only(told: Told, name: str) -> None:
    stmt = told.story.receipts[name].statement_id
    public = told.door.get(f"/api/v1/statements/{stmt}")
    assert "disclosures" not in public.text
    stranger = told.door.token(made.uscc(made.TOFU), "statements:write")
    assert "disclosures" not in told.door.get(f"/api/v1/statements/{stmt}", stranger).text
    shown = told.door.get(f"/api/v1/statements/{stmt}", told.door.regulator())
    assert len(shown.json["jws"]["header"]["disclosures"]) == 4
    own = told.door.get(f"/api/v1/statements/{stmt}", told.door.tokens["writer"])
    assert own.json["jws"] == shown.json["jws"]


def test_the_regulator_traces_both_ways_with_shares_and_receivers(told: Told) -> None:
    up = told.door.get(f"/api/v1/lots/{K1}/upstream", told.door.regulator()).json
    shares = {one["lot"]: one["percent"] for one in up["sources"]}
    assert shares == {H1: "47.9", made.lot(made.COOPERATIVE, "H2"): "52.1"}
    down = told.door.get(f"/api/v1/lots/{H1}/downstream", told.door.regulator()).json
    assert [one["receiver"] for one in down["receivers"]] == [made.uscc(made.MILL), made.uscc(made.MARKET)]
    assert {K1, SHIPPED} <= {one["lot"] for one in down["lots"]}


def test_a_shopper_gets_steps_without_figures_of_others(told: Told) -> None:
    up = told.door.get(f"/api/v1/lots/{K1}/upstream")
    assert up.status_code == 200
    assert "receivers" not in up.json or up.json["receivers"] in (None, [])
    assert "16900" not in up.text


def test_a_cut_trace_says_so(told: Told) -> None:
    cut = told.door.get(f"/api/v1/lots/{K1}/upstream?maxLots=2", told.door.regulator()).json
    assert cut["truncated"]
    assert cut["unexplored"]


def test_the_public_bundle_verifies_offline_and_against_its_label(told: Told) -> None:
    bundle = told.door.get(f"/api/v1/lots/{K1}/bundle")
    assert bundle.headers["Content-Disposition"] == 'attachment; filename="K1.trace.json"'
    trust, now = told.door.platform.trust, datetime(2026, 10, 20, tzinfo=UTC)
    label = print_label(told.door.platform.transactions, K1, "svg", PUBLIC_URL).uri
    verdict = verify_bundle(orjson.loads(bundle.data), trust, label, now, limits())
    assert verdict.ok, verdict.failures
    assert verdict.label == "matches"
    assert told.door.post("/api/v1/verify", bundle.data, "", kind="application/json").json["ok"]
    changed = bundle.json
    changed["statements"][0]["jws"]["signature"] = changed["statements"][1]["jws"]["signature"]
    assert not told.door.post("/api/v1/verify", changed, "", kind="application/json").json["ok"]


def test_the_regulators_bundle_wants_the_scope_and_verifies_too(told: Told) -> None:
    path = f"/api/v1/lots/{K1}/bundle?view=regulator"
    assert told.door.get(path).status_code == 401
    assert told.door.get(path, told.door.tokens["writer"]).status_code == 403
    bundle = told.door.get(path, told.door.regulator()).json
    assert bundle["view"] == "regulator"
    assert verify_bundle(
        bundle, told.door.platform.trust, None, datetime(2026, 10, 20, tzinfo=UTC), limits()
    ).ok


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_the_label_is_drawn_for_the_maker_and_read_back(told: Told, form: str) -> None:
    path = f"/api/v1/lots/{K1}/label?form={form}"
    assert told.door.get(path).status_code == 401
    label = told.door.get(path, told.door.tokens["writer"])
    assert label.status_code == 200
    if form == "png":
        (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(label.data)))
        link = urlsplit(code.text)
        assert link.scheme + "://" + link.netloc == told.door.platform.public_url
        assert link.path == "/01/09521234100010/10/M20261012A"
        assert link.query.startswith("v=")
        assert len(link.query) == len("v=") + 22
    else:
        assert label.data.startswith(b"%PDF" if form == "pdf" else b"<")


def test_no_label_for_what_is_no_pack(told: Told) -> None:
    answer = told.door.get(f"/api/v1/lots/{H1}/label", told.door.tokens["writer"])
    assert (answer.status_code, answer.json["code"]) == (404, "unknown-lot")


def test_the_records_leave_as_epcis_events_for_those_who_may_see_them(told: Told) -> None:
    assert told.door.get(f"/api/v1/lots/{K1}/events").json["code"] == "lot-out-of-sight"
    document = told.door.get(f"/api/v1/lots/{K1}/events", told.door.regulator())
    assert document.status_code == 200
    assert document.json["type"] == "EPCISDocument"
    assert document.json["epcisBody"]["eventList"]


def test_an_unknown_lot_is_missing_everywhere(told: Told) -> None:
    for view in VIEWS:
        answer = told.door.get(f"/api/v1/lots/urn:lot:{made.MILL}:nothing{view}", told.door.regulator())
        assert (answer.status_code, answer.json["code"]) == (404, "unknown-lot")
