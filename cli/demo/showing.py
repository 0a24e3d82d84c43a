"""The demo's output: what it shows at the end, and the files that it leaves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import click
import orjson

from cli.demo.copied_code import PACK
from cli.demo.farm_scenes import H2
from cli.demo.neighbours import ROOT
from cli.demo.stage import Stage
from cli.demo.world import world
from cli.tables import trace_table
from trace.labels.symbol import encode, terminal_text
from trace.ledger.canonical import b64u, unb64u
from trace.platform.opening import open_platform
from trace.usecases.casework.list_cases import case_of
from trace.usecases.printing.print_label import print_label

PAGES: Final = "pages.json"
GOOD, FAILED, BATCH = "KV1", "K1", "M20261012A"
"""The pack that stands first, the one whose test failed, and the batch that it came from."""
CASE: Final = "case"
"""The case that the failed test opened."""
PACKED, FORGED = b'"value":"1600"', b'"value":"1900"'
SHOWN = (
    ("正常，交接均已双方确认（故事11）", "sound, hand-overs confirmed by both sides", GOOD),
    ("检验不合格（故事2）", "failed its test", FAILED),
    ("不合格批次的案件（故事2，监管账号登录）", "its case, for a regulator who signs in", CASE),
    ("已召回（故事14）", "recalled", "KN3"),
    ("疑似复制的一件（故事10）", "one pack, its code copied", PACK),
    ("已过保质期（故事12）", "past its date", "KV2"),
    ("来源登记不一致（故事13）", "records of its source contradict each other", "KN1"),
    ("来源由生产者单方登记（故事13）", "source named by the maker alone", "KN2"),
)
"""What a visitor may scan: what it shows, in both languages, and the name of its printed link."""


SUPERVISED = (
    ("名录库", "register of producers", "month-register"),
    ("年度检查计划", "the year's checks", "month-plan"),
    ("双随机抽取", "the draw", "month-draw"),
    ("联合检查，结论更正过", "a joint visit, corrected later", "month-visit"),
    ("不合格样品", "the sample that failed", "month-sample"),
    ("已结案的案件", "its case, closed", "month-case"),
    ("部门间风险信息", "messages between departments", "month-messages"),
    ("监管文书", "letters", "month-letters"),
    ("入库告知书", "notices to new producers", "month-entrants"),
    ("外部系统", "other systems", "month-systems"),
    ("附件2 第 1 版", "monthly form, revision 1", "month-first"),
    ("附件2 第 2 版，附差异", "revision 2 with its difference", "month-second"),
    ("农户告知书与承诺书（demo-registrar）", "farms' notices and commitments", "agri-commitments"),
    ("农户档案（demo-registrar）", "file of a farm", "agri-farm"),
    ("农户自己的承诺书（demo-farm）", "the farm's own commitment", "agri-commitment"),
)
"""Pages of a district's month, for regulators who sign in."""
AGRI: Final = "agri-"
"""What the name of a page of the agricultural platform begins with."""


def show(stage: Stage) -> None:
    """Write the demo's own files and print what a visitor should see first."""
    stage.reach("10-24 17:06")  # both witnesses have signed all that was told
    lot, food = world().lot("P1", FAILED), stage.client("food", "regulator")
    up = food.get_json(f"/api/v1/lots/{lot}/upstream")
    down = food.get_json(f"/api/v1/lots/{world().lot('F1', H2)}/downstream")
    batch = food.get_json(f"/api/v1/lots/{world().lot('P1', BATCH)}/downstream")
    _write(stage.path / "upstream.json", up)
    _write(stage.path / "downstream-batch.json", batch)
    _write(stage.path / "downstream.json", down)
    _note_case(stage, lot)
    _write(stage.path / PAGES, {pack: _behind_host(link) for pack, link in stage.printed.items()})
    tell_pages(stage.printed)
    click.echo(f"\n不合格批次 {FAILED}（镉 0.27 mg/kg）向上溯源 / where it came from：")
    click.echo(_rows(up))
    click.echo(f"\n不合格生产批次 {BATCH} 向下追踪 / where it went：")
    click.echo(_rows(batch))
    click.echo(f"\n留样不合格的采收批次 {H2} 向下追踪 / where it went：")
    click.echo(_rows(down))
    _verdicts(stage, lot, stage.printed[FAILED])


def _note_case(stage: Stage, lot: str) -> None:
    """Keep the address of the case on the failed lot."""
    platform = open_platform(stage.path)
    try:
        number = case_of(platform.transactions, lot)
        if number:
            stage.printed[CASE] = f"{platform.public_url}/office/cases/{number}"
    finally:
        platform.close()


def tell_pages(printed: Mapping[str, str]) -> None:
    """Where a visitor looks: the first page with its code, and one line for each other state."""
    if first := printed.get(GOOD):
        click.echo(f"\n扫码页：{first} (page of a scan)\n{terminal_text(encode(first))}")
        click.echo("  其他状态 / other states:")
    for what, in_english, pack in SHOWN:
        if pack in printed:
            click.echo(f"  {what}：{printed[pack]} ({in_english})")
    if any(name in printed for _, _, name in SUPERVISED):
        click.echo(
            "  9 月的跨部门监管（demo-inspector 等监管账号登录） / a month of supervision, for regulators:"
        )
    for what, in_english, name in SUPERVISED:
        if name in printed:
            click.echo(f"    {what}：{printed[name]} ({in_english})")


def kept_pages(data: Path, public: str, agri: str = "") -> dict[str, str]:
    """The links of an earlier run, at the address that is served now; {} for a demo of an earlier version."""
    kept = data / PAGES
    found: Mapping[str, str] = orjson.loads(kept.read_bytes()) if kept.is_file() else {}
    return {pack: (agri if pack.startswith(AGRI) else public) + behind for pack, behind in found.items()}


def _behind_host(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def print_labels(stage: Stage) -> str:
    """Print the code of a pack while it may be printed (later a failed test closes that gate); its link."""
    lot, maker = world().lot("P1", FAILED), stage.client("food", "P1")
    for form in ("svg", "png"):
        (stage.path / f"label.{form}").write_bytes(maker.get(f"/api/v1/lots/{lot}/label", form=form))
    return print_link(stage, "P1", FAILED)


def print_link(stage: Stage, who: str, pack: str) -> str:
    """Keep the link in the code of a pack, as its label says it."""
    lot = world().lot(who, pack)
    platform = open_platform(stage.path)
    try:
        stage.printed[pack] = print_label(platform.transactions, lot, "svg", platform.public_url).uri
    finally:
        platform.close()
    return stage.printed[pack]


def _verdicts(stage: Stage, lot: str, address: str) -> None:
    bundle = stage.client("food", "P1").get_json(f"/api/v1/lots/{lot}/bundle")
    good, bad = stage.path / "bundle.trace.json", stage.path / "bundle-tampered.trace.json"
    good.write_bytes(orjson.dumps(bundle))
    bad.write_bytes(orjson.dumps(tampered(bundle)))
    click.echo(f"\n离线核验 / verified offline：./greentrace verify FILE --policy {stage.path / 'policy'}")
    for path in (good, bad):
        command = [
            sys.executable,
            str(ROOT / "greentrace"),
            "verify",
            str(path),
            "--json",
            "--policy",
            str(stage.path / "policy"),
            "--label",
            address,
        ]
        run = subprocess.run(command, capture_output=True, cwd=ROOT, check=False)
        verdict = orjson.loads(run.stdout)
        click.echo(
            f"  {path.name}（{path.stat().st_size:,} B）→ 退出码 {run.returncode}：{verdict['summary']}"
        )
        failed = next((step for step in _steps(verdict) if step["state"] == "failed"), None)
        if failed is not None:
            click.echo(f"    第 {failed['step']} 步：{failed.get('text', failed['code'])}")


def tampered(bundle: Mapping[str, Any]) -> dict[str, Any]:
    """The bundle with the net weight of the pack written higher: the forger's simplest wish."""
    copy: dict[str, Any] = orjson.loads(orjson.dumps(bundle))
    for entry in reversed(copy["statements"]):
        payload = unb64u(entry["jws"]["payload"]) if "jws" in entry else b""
        if PACKED in payload:
            entry["jws"]["payload"] = b64u(payload.replace(PACKED, FORGED, 1))
            return copy
    raise AssertionError("the bundle holds no such pack")


def _steps(verdict: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every step, those of the statements first: there a forgery shows where it was made."""
    entries = [step for one in verdict.get("statements", ()) for step in one["steps"]]
    return [*entries, *verdict.get("steps", ())]


def _rows(document: Mapping[str, Any]) -> str:
    return trace_table(document)


def _write(path: Path, document: object) -> None:
    path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
