"""What a shopper sends from the page, and who gets to see it: forms, numbers, wishes, files, over HTTP."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.signed_rice import SignedRice, at
from tests.servers.platform import TestPlatform
from tests.servers.served import both_skins
from tests.simulators.witnesses import publish
from trace.codes.complaint_number import numbered
from trace.rules import load
from trace.usecases.accounts.tokens import Terms, issue_token
from trace.wording import LOCALES, say

GTIN, BATCH = "09521234100010", "M20261012A"
PAGE = f"/01/{GTIN}/10/{BATCH}"
FILLED = {
    "kind": "tip_off",
    "topic": "label",
    "text": "批号被涂改",
    "contact": "139（演示）",
    "code": PAGE[1:],
}
PDF = b"%PDF-1.7\n% a report\n%%EOF\n"
DIGEST = hashlib.sha256(PDF).hexdigest()


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


class ReportedRice(SignedRice):
    """The story whose release report names its original."""

    def make(self) -> None:
        super().make()
        file = {"sha256": DIGEST, "mediaType": "application/pdf", "bytes": len(PDF)}
        report = made.a_report(reportNo="R-2", file=file)
        when = at("2026-10-13T10:30:00+08:00")
        self.log("original", self.mill.state("lab.report", report["lot"], report, at=when))


@pytest.fixture
def story(platform, clock):
    told = ReportedRice(platform, clock).tell()
    publish(platform)
    return told


@pytest.fixture
def client(platform, tmp_path):
    return both_skins(platform, tmp_path).test_client()


@pytest.fixture
def bearer(platform):
    """Authorization of a holder with scopes and roles."""

    def of(holder, *scopes, roles=()):
        token = issue_token(
            platform.transactions, holder, "test", scopes, roles, Terms("CN" if roles else "")
        )
        return {"Authorization": f"Bearer {token}"}

    return of


@pytest.fixture
def bureau(bearer):
    holder = made.uscc(made.BUREAU)
    return bearer(holder, "complaints:read", "complaints:write", roles=["regulator_market"])


def filed(client, **changed):
    answer = client.post("/complaints/new", data={**FILLED, **changed})
    assert answer.status_code == 303, answer.text
    (number,) = re.findall(r"TS-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", answer.headers["Location"])
    return number


def test_a_complaint_from_the_page_to_the_answer(story, client, bureau, bearer):
    (form,) = re.findall(r'href="(/complaints/new\?[^"]+)"', client.get(f"{PAGE}?v={'x' * 22}").text)
    opened = client.get(form.replace("&amp;", "&")).text
    assert f'value="{PAGE[1:]}"' in opened
    assert f'name="printed" value="{"x" * 22}"' in opened
    assert say("zh-CN", "scan.form2.batch", batch=BATCH) in opened
    assert "承办部门：上海市崇明区市场监督管理部门，电话 12315" in opened
    number = filed(client, printed="x" * 22)
    state = client.get(f"/complaints/{number}")
    assert state.headers["Cache-Control"] == "no-store"
    assert say("zh-CN", "scan.complaint.received-by") in state.text
    assert say("zh-CN", "scan.complaint.forwarded-by") not in state.text
    assert BATCH in state.text
    assert "上海市崇明区市场监督管理部门，电话 12315" in state.text
    for private in ("批号被涂改", "139"):
        assert private not in state.text

    (seen,) = client.get("/api/v1/complaints", headers=bureau).json["complaints"]
    assert (seen["number"], seen["printed"], seen["contact"]) == (number, "x" * 22, "139（演示）")
    address = f"/api/v1/complaints/{number}/state"
    assert client.post(address, json={"state": "forwarded"}, headers=bureau).json["state"] == "forwarded"
    passed = client.get(f"/complaints/{number}").text
    assert say("zh-CN", "scan.complaint.forwarded-by") in passed
    assert "上海市崇明区农业农村部门" in passed
    farming = bearer(made.uscc(made.BUREAU), "complaints:read", "complaints:write", roles=["regulator_agri"])
    words = {"state": "answered", "answer": "已核查：标签破损，已更换。"}
    assert client.post(address, json=words, headers=bureau).json["code"] == "complaint-elsewhere"
    assert client.post(address, json=words, headers=farming).status_code == 200
    assert words["answer"] in client.get(f"/complaints/{number}").text


def test_only_those_in_charge_may_see_or_move_complaints(story, client, bearer, bureau):
    number = filed(client)
    address = f"/api/v1/complaints/{number}/state"
    mill = bearer(made.uscc(made.MILL), "complaints:read", "complaints:write")
    assert client.get("/api/v1/complaints").status_code == 401
    stranger = bearer(made.uscc(made.MARKET), "statements:write")
    assert client.get("/api/v1/complaints", headers=stranger).status_code == 403
    assert client.post(address, json={"state": "forwarded"}, headers=mill).json["code"] == "scope-missing"
    assert client.get("/api/v1/complaints", headers=mill).json["code"] == "scope-missing"
    assert client.post(address, json={"state": "answered", "answer": "x"}, headers=mill).status_code == 403
    same = client.post(address, json={"state": "forwarded", "department": "market"}, headers=bureau)
    assert (same.status_code, same.json["code"]) == (409, "complaint-stands")
    assert client.get("/api/v1/test-wishes", headers=mill).status_code == 403
    assert client.get("/api/v1/complaints?state=lost", headers=bureau).status_code == 400


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_missing_comes_back_with_what_was_filled_in(story, client, locale):
    answer = client.post(f"/complaints/new?lang={locale}", data={**FILLED, "topic": "", "text": "  "})
    html = answer.text
    assert answer.status_code == 422
    assert f"<title>{say(locale, 'scan.form2.error-summary', count=2)}" in html
    assert 'value="139（演示）"' in html
    assert 'value="tip_off" checked' in html
    assert html.count('aria-invalid="true"') == 2
    for name in ("topic", "text"):
        assert f'href="#f-{name}"' in html
        assert f'id="e-{name}"' in html


def test_hostile_words_are_kept_as_words(story, client, bureau):
    evil = "</textarea><script>alert(1)</script>'\"\x00\u202e{{7*7}}"
    again = client.post("/complaints/new", data={**FILLED, "topic": "", "text": evil, "code": evil})
    assert "<script>alert" not in again.text
    number = filed(client, text=evil, code=evil)
    assert "<script>alert" not in client.get(f"/complaints/{number}").text
    (seen,) = client.get("/api/v1/complaints", headers=bureau).json["complaints"]
    assert seen["text"].startswith("</textarea><script>")
    assert "\x00" not in seen["text"]
    assert seen["lot"] is None


def test_one_sender_is_stopped_after_a_few_an_hour_and_loses_nothing(story, client):
    limit = int(load().at("P20", at("2026-10-14T00:00:00+08:00").date()).number)
    for _ in range(limit):
        filed(client)
    refused = client.post("/complaints/new", data=FILLED)
    assert refused.status_code == 429
    assert FILLED["text"] in refused.text
    assert say("zh-CN", "problem.messages-too-many.title") in refused.text


def test_another_site_cannot_send_in_the_readers_name(story, client, platform):
    for path in ("/complaints/new", PAGE):
        answer = client.post(path, data=FILLED, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
    assert platform.count("complaint") == platform.count("test_request") == 0


@pytest.mark.parametrize(
    ("number", "status"), [(numbered(7), 404), ("TS-0000-0000-0017", 400), ("x", 400), ("TS-%00", 400)]
)
def test_a_number_that_leads_nowhere_is_answered_as_a_page(client, number, status):
    answer = client.get(f"/complaints/{number}")
    assert (answer.status_code, answer.mimetype) == (status, "text/html")


def test_a_number_may_be_typed_as_it_was_read_out(story, client):
    number = filed(client)
    found = client.get("/complaints", query_string={"number": number.lower().replace("-", " "), "m": "elder"})
    assert found.headers["Location"] == f"/complaints/{number}?m=elder"
    assert client.get(f"/complaints/{number.replace('-', '')}").headers["Location"] == f"/complaints/{number}"
    assert say("zh-CN", "scan.complaint.number") in client.get("/complaints").text


def test_whoever_holds_the_number_may_take_the_contact_back(story, client, bureau):
    number = filed(client)
    assert say("zh-CN", "scan.complaint.contact-drop") in client.get(f"/complaints/{number}").text
    assert client.post(f"/complaints/{number}/contact").status_code == 303
    assert say("zh-CN", "scan.complaint.contact-gone") in client.get(f"/complaints/{number}").text
    assert client.get("/api/v1/complaints", headers=bureau).json["complaints"][0]["contact"] is None


def test_a_wish_is_one_tap_and_counts_once_a_device(story, client, bureau):
    assert 'name="code" value="' + PAGE[1:] in client.get(PAGE).text
    counted = client.post(f"{PAGE}?v=abc&wish=again", data={"code": PAGE[1:]})
    assert counted.status_code == 303
    assert counted.headers["Location"] == "?v=abc&wish=counted#wish"
    (cookie,) = counted.headers.getlist("Set-Cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert (
        "Secure" in client.post(PAGE, data={"code": PAGE[1:]}, base_url="https://x.cn").headers["Set-Cookie"]
    )
    again = client.post(PAGE, data={"code": PAGE[1:]})
    assert again.headers["Location"] == "?wish=again#wish"
    assert say("zh-CN", "scan.wish.again") in client.get(f"{PAGE}?wish=again").text
    wishes = client.get("/api/v1/test-wishes", headers=bureau).json["wishes"]
    assert [wish["count"] for wish in wishes] == [2]
    assert client.post(PAGE, data={"code": "01/09521234100010/10/NIE"}).status_code == 404
    assert client.post("/t/ZZZZ-ZZZZ-ZZZZ").status_code == 404


def test_a_report_file_goes_up_with_a_token_and_comes_down_one_tap_from_the_page(story, client, bearer):
    mill = bearer(made.uscc(made.MILL), "files:write")
    address = f"/api/v1/files/{DIGEST}?report={story.receipts['original'].statement_id}"
    assert client.get(f"/files/{DIGEST}").status_code == 404
    assert client.put(address, data=PDF).status_code == 401
    assert client.put(address, data=PDF + b"!", headers=mill).json["code"] == "report-file-differs"
    stored = client.put(address, data=PDF, headers=mill, content_type="application/pdf")
    assert stored.status_code == 201, stored.text
    assert stored.json["mediaType"] == "application/pdf"
    (link,) = re.findall(r'href="(/files/[0-9a-f]{64})"', client.get(PAGE).text)
    answer = client.get(link)
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'inline; filename="report-{DIGEST[:12]}.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    for other in ("0" * 64, "x", DIGEST.upper(), "..%2f..%2ftrace.db"):
        assert client.get(f"/files/{other}").status_code == 404
    bad = client.put(f"/api/v1/files/x?report={'a' * 43}", data=PDF, headers=mill)
    assert bad.json["code"] == "report-file-unnamed"


def test_the_figures_of_the_law_on_the_form_are_those_of_the_rules(story, client, clock):
    day = (clock() + timedelta(hours=8)).date()
    rules = load()
    html = client.get("/complaints/new").text
    assert (
        say("zh-CN", "scan.complaint.law", accept=rules.at("R49", day).text, move=rules.at("R48", day).text)
        in html
    )
    days = rules.at("K01", day, record="complaint_contact").text
    assert say("zh-CN", "scan.form2.contact-hint", days=days) in html


def test_many_batches_are_picked_by_day_or_by_number(platform, clock, client):
    story = SignedRice(platform, clock)
    story.tell()
    html = client.get(f"/01/{GTIN}").text
    assert "<h3>2026-10-12</h3>" in html
    assert f'href="?batch={BATCH}"' in html
    there = client.get(f"/01/{GTIN}?batch={BATCH}&m=elder")
    assert (there.status_code, there.headers["Location"]) == (303, f"{PAGE}?m=elder")
    none = client.get(f"/01/{GTIN}?day=2026-01-01").text
    assert say("zh-CN", "scan.pick.none", day="2026-01-01") in none
    assert "<h3>2026-10-12</h3>" in none
    assert client.get(f"/01/{GTIN}?day=tomorrow").status_code == 200
