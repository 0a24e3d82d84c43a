"""A month of a district at the pages of its two departments: drawn, visited, sampled, closed, told, counted.

Each scene is what somebody types and signs; it knows nothing but pages.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from cli.demo.visitor import Visitor
from trace.oversight.casework.table import PROOFS
from trace.oversight.sampling import HANDED_OVER, RECEIVED
from trace.rules.forms import first_forms

FORMS: Final = {"market": "market-12", "agriculture": "agriculture-7"}
_POINTS: Final = (
    "静态 | （演示）食品类别 | 20 | 食品生产许可证\n"
    "动态 | （演示）监督抽检 | 12 | （演示）上年抽检结果\n"
    "通用 | （演示）追溯数据 | 6 | （演示）上年核验记录"
)
_PAPER: Final = b"%PDF-1.7 "
_PICTURE: Final = b"\xff\xd8\xff "
_DRAWN: Final = re.compile(r'<tr><th scope="row" class="mono">([^<]+)</th>')


@dataclass(frozen=True, slots=True)
class Departments:
    """Who sits at the pages: an officer and a reviewer of the market bureau, one of the other department."""

    officer: Visitor
    reviewer: Visitor
    agriculture: Visitor

    def of(self, department: str) -> Visitor:
        """Who fills in that department's part of a visit."""
        return self.officer if department == "market" else self.agriculture


def tell_entrants(head: Visitor) -> None:
    """The one-time notice to every firm that came onto the register, as it is proposed."""
    head.open("/office/entry-notices")
    head.fill("/office/entry-notices", {})
    head.sign()


def plan_checks(officer: Visitor, grades: Mapping[str, str]) -> None:
    """Grades entered on the register (firm's code -> grade), and the proposal of the year taken over."""
    for firm, grade in grades.items():
        page = f"/office/register/{firm}"
        officer.open(page)
        told = {"grade": grade, "points": _POINTS, "evidence": "（演示）年度评级表", "why": "年度评级"}
        officer.fill(f"{page}/entries", told, where={"kind": "risk_grade"})
    officer.open("/office/check-plan")
    officer.fill("/office/check-plan", {}, where={"market": "4"})


def serve_letter(head: Visitor, firm: str, heading: str, text: str, due: str) -> None:
    """A letter of rectification, signed and served."""
    head.open("/office/letters")
    told = {"kind": "rectification", "party": firm, "heading": heading, "text": text, "due": due}
    head.fill("/office/letters", told)
    head.sign()


def tell_farms(head: Visitor, due: str) -> None:
    """The year's notice to every farm of the area, as it is proposed."""
    head.open("/office/commitments")
    head.fill("/office/commitments", {"due": due})
    head.sign()


def commit(farm: Visitor) -> None:
    """A farm's commitment over the plots that stand drawn there, and what its plots say it grows."""
    farm.open("/desk/commitment")
    begun = dict(next(farm.forms("/desk/commitment")).values)
    lines = [name.removeprefix("crop.") for name, crop in begun.items() if name.startswith("crop.") and crop]
    ways = {f"way.{line}": "open_field" for line in lines}
    farm.fill("/desk/commitment", {**ways, "activity.growing": "yes", "agreed": "yes"})
    farm.sign()


def enter_system(officer: Visitor, firm: str, name: str, since: str) -> None:
    """An intelligent trace system goes on the register with its evidence."""
    page = f"/office/register/{firm}"
    officer.open(page)
    told = {"name": name, "since": since, "evidence": f"现场核查记录 {since}", "why": "现场核查后登记"}
    officer.fill(f"{page}/entries", told, where={"kind": "trace_system"})


def draw(officer: Visitor, title: str, firms: Sequence[str], take: int) -> tuple[str, list[str]]:
    """Firms and inspectors drawn after a commitment that was signed before: the draw's page, the firms."""
    halves = {one: hashlib.sha256(f"{title} {one}".encode()).digest() for one in FORMS}
    plan = {"title": title, "objects": " ".join(firms), "take": str(take)}
    plan |= {"omitted": "", "omitted-why": "（演示）不在本月抽取范围"}
    cards = {"market": "31-0001 31-0002", "agriculture": "32-0001 32-0002"}
    for one, half in halves.items():
        plan |= {f"inspectors-{one}": cards[one], f"commitment-{one}": hashlib.sha256(half).hexdigest()}
    officer.open("/office/draws")
    officer.fill("/office/draws", plan)
    officer.sign()
    officer.open("/office/draws")
    here = officer.find(rf'href="(/office/draws/[^"]+)">{re.escape(title)}<')
    officer.open(here)
    officer.fill(f"{here}/result", {f"half-{one}": half.hex() for one, half in halves.items()})
    officer.sign()
    return here, _DRAWN.findall(officer.open(here))


def visit(both: Departments, firm: str, day: str, page: str, found: Mapping[str, str]) -> str:
    """A joint visit of a firm that was drawn, opened from the page of the draw, both parts filled in and
    signed; its number. `found`: department -> what it found.

    Who goes is who was drawn; where the year's plan has an item of the firm, the visit carries it out.
    """
    item = _planned(both.officer, firm)
    both.officer.open(page)
    form = both.officer.find(rf'href="(/office/visits/new\?[^"]*uscc%3A{firm}&amp;[^"]+)"')
    both.officer.open(html.unescape(form))
    both.officer.fill("/office/visits/new", {"day": day, **({"plan": item} if item else {})})
    number = both.officer.path.rsplit("/", 1)[1]
    for department in FORMS:
        fill_part(both.of(department), number, department, found.get(department, ""))
        sign_part(both.of(department), number)
    return number


def _planned(officer: Visitor, firm: str) -> str:
    """The number of the firm's item of the year's plan that no visit has carried out; "" for none."""
    page = unquote(html.unescape(officer.open("/office/carried-out")))
    found = re.search(rf"party=urn:uscc:{firm}&plan=([^\"&]+)", page)
    return found[1] if found is not None else ""


def fill_part(who: Visitor, number: str, department: str, found: str, why: str = "") -> None:
    """Every item conforms, but the first where something was found: that is to be rectified."""
    here = f"/office/visits/{number}"
    items = [one for form in first_forms() if form.id == FORMS[department] for one in form.items]
    told: dict[str, str | Sequence[str]] = {f"a.{one.id}": "yes" for one in items}
    told |= {"result": "to_rectify" if found else "conforms", "signature": "signed"}
    told["rectifyBy"] = _day_after(who, here) if found else ""
    if found:
        told |= {f"a.{items[0].id}": "no", f"n.{items[0].id}": found}
    if why:
        told["why"] = why
    who.open(here)
    if 'name="a.licence"' in who.page:
        told["a.licence"] = "yes"
    who.fill(f"{here}/part", told)


def sign_part(who: Visitor, number: str) -> None:
    """The record of one's own part, signed."""
    here = f"/office/visits/{number}"
    who.open(here)
    who.fill(f"{here}/sign", {})
    who.sign()


def _day_after(who: Visitor, here: str) -> str:
    """The last day of the month after the visit's: an order to rectify ends some day."""
    who.open(here)
    year, month = (int(part) for part in who.find(r" · (20[0-9]{2}-[0-9]{2})-[0-9]{2} · ").split("-"))
    return f"{year + month // 12}-{month % 12 + 1:02d}-28"


def sample(officer: Visitor, lot: str, number: str, items: str) -> str:
    """A sample by its whole sheet, sent to the laboratory; the id of its record."""
    officer.open("/office/samples/new")
    sheet = {"lot": lot, "goods": "other", "place": "成品库", "medication": "不适用", "items": items}
    numbers = {"sampleNo": number, "sheetNo": f"CY-{number}", "seal": f"FQ-{number}"}
    told = {**sheet, **numbers, "officers": "31-0001 31-0002", "plan": "annual"}
    photo = {"photos": ("sample.jpg", _PICTURE + number.encode())}
    officer.fill("/office/samples/new", told, files=photo)
    officer.sign()
    officer.open("/office/samples")
    record = officer.find(rf'href="/office/samples/([^"]+)">{re.escape(number)}<')
    for event in (HANDED_OVER, RECEIVED):
        officer.open(f"/office/samples/{record}")
        officer.fill(f"/office/samples/{record}/steps", {"event": event})
    return record


def take(
    who: Visitor, case: str, event: str, why: str, *, paper: str = "", **more: str | Sequence[str]
) -> None:
    """A step of a case, signed where it drafts a record."""
    who.open(f"/office/cases/{case}")
    files = {"paper": (f"{paper}.pdf", _PAPER + paper.encode())} if paper else {}
    address = f"/office/cases/{case}/steps"
    who.fill(address, {"why": why, **more}, files=files, where={"event": event})
    if event.startswith("prepare-"):
        who.sign()


def handle_case(both: Departments, case: str, due: str) -> None:
    """From the failing result to the order to recall: who holds the goods is told."""
    officer = both.officer
    take(officer, case, "notify", "检验结果送达企业", paper="送达回证")
    take(officer, case, "investigate", "启动核查处置")
    take(officer, case, "prepare-hold", "不合格，暂停销售并封存")
    take(officer, case, "prepare-recall", "不合格，责令召回", level="2", advice="停止食用，退回购买处")
    take(officer, case, "prepare-notices", "通知收货方", text="立即停止销售、封存并答复数量", dueBy=due)


def penalise(officer: Visitor, case: str, number: str, kinds: Sequence[str], amount: str) -> None:
    """The decision on a penalty, signed."""
    basis = "中华人民共和国食品安全法 §124"
    take(officer, case, "prepare-penalty", "案件调查终结", documentNo=number, kinds=kinds, amount=amount,
         listed=[basis])  # fmt: skip


def close_case(both: Departments, case: str) -> None:
    """Five proofs by the officer, the closing signed by the reviewer."""
    for proof in PROOFS:
        take(both.officer, case, "prove", f"见附件：{proof}", paper=proof, proof=proof)
    take(both.officer, case, "submit", "五项均已到位，提请结案")
    take(
        both.reviewer,
        case,
        "prepare-closing",
        "五项均已到位，同意结案",
        unsettled="已售出部分无法追回，已公告",
    )


def set_up(both: Departments, title: str, proof: str) -> None:
    """A joint mechanism entered by one department and confirmed by the other."""
    page = "/office/joint-work"
    both.officer.open(page)
    kind = both.officer.find(r'<option value="(mechanism)"')
    told = {"kind": kind, "title": title, "since": "2026-09-04", "about": "", "proof": proof}
    both.officer.fill(page, told)
    both.agriculture.open(page)
    number = both.agriculture.find(rf'action="{page}/([^"]+)"')
    both.agriculture.fill(f"{page}/{number}", {}, where={"act": "confirm"})


def exchange(both: Departments, first: str, mended: str) -> None:
    """A penalty on record is told to the other department and acknowledged there; so is its revision."""
    both.reviewer.open("/office/messages")
    both.reviewer.open(both.reviewer.find(r'href="(/office/messages\?type=penalty[^"#]*)'))
    for text in (first, mended):
        both.reviewer.fill("/office/messages", {"text": text})
        both.reviewer.sign()
        both.agriculture.open("/office/messages")
        both.agriculture.fill(both.agriculture.find(r'action="(/office/messages/[^"]+/acknowledge)"'), {})
        both.agriculture.sign()
        both.reviewer.open("/office/messages")
        both.reviewer.open(both.reviewer.find(r'href="(/office/messages\?replaces=[^"#]*)'))


def report(both: Departments, month: str, highlights: str, reason: str = "") -> str:
    """附件2 counted and frozen by one, approved by another, signed and sent; its hash."""
    both.officer.open("/office/monthly")
    told = {"month": month, "highlights": highlights, **({"reason": reason} if reason else {})}
    both.officer.fill("/office/monthly", told)
    key = both.officer.path.rsplit("/", 1)[1]
    here = f"/office/monthly/{key}"
    for step in ("approve", "sign"):
        both.reviewer.open(here)
        both.reviewer.fill(
            f"{here}/steps", {"why": "核对无误"} if step == "approve" else {}, where={"step": step}
        )
    both.reviewer.sign()
    both.reviewer.open(here)
    both.reviewer.fill(f"{here}/steps", {}, where={"step": "send"})
    return key
