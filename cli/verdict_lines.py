"""The verdict on a bundle in ten lines at most, for people; `--json` has every step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import orjson

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.chain.facts.goods import REPORT
from trace.ledger.bundle.verdict import LEFT_OUT
from trace.ledger.canonical import unb64u
from trace.wording import say

_SIGNERS: Final = 4
"""Names in the line of signers; how many more there are stands behind them."""
_FAILURES: Final = 2
_FAIL: Final = "fail"
_GOOD, _BEWARE = "  ", "⚠ "


def verdict_lines(
    document: Mapping[str, Any], lang: str, bundle: Mapping[str, Any] | None = None
) -> list[str]:
    """What was found: the verdict first, then whose records, the label, recalls, and what failed.

    `bundle` is the file that was verified: that nothing was altered must not read as if all were well.
    """
    if "error" in document:
        told = document["error"]
        said = [say(lang, "verdict.unreadable", title=told["title"])]
        return [*said, *(f"  {told[part]}" for part in ("detail", "action") if told[part])]
    key = "verified" if document["ok"] else "not-verified"
    lines = [("✓ " if document["ok"] else "✗ ") + say(lang, f"verdict.{key}")]
    lines += (sign + line for sign, line in _found(document, lang, bundle or {}))
    return [*lines, f"  {say(lang, 'verdict.more')}"]


def _found(document: Mapping[str, Any], lang: str, bundle: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    statements = [one for one in document["statements"] if one["shown"]]
    steps = {step["code"]: step for step in document["steps"]}
    yield _GOOD, say(lang, "verdict.lot", lot=document["lot"])
    if document["ok"]:
        yield _GOOD, say(lang, "verdict.signers", names=_signers(statements, lang))
    held = sum(1 for one in statements if one["ok"])
    if statements:
        key = "records" if held == len(statements) else "records-some"
        yield _GOOD, say(lang, f"verdict.{key}", held=held, count=len(statements))
    failed = list(_failed(document))
    for number, place, step in failed[:_FAILURES]:
        title, text = say(lang, f"step.{step['code']}.title"), step.get("text", step["code"])
        where = say(lang, "verdict.in-record", place=place + 1) if place is not None else ""
        yield _BEWARE, say(lang, "verdict.failed", number=number, title=title, where=where, text=text)
    if len(failed) > _FAILURES:
        yield _BEWARE, say(lang, "verdict.failed-more", count=len(failed) - _FAILURES)
    if document["ok"]:
        yield from _told(document, steps, lang, bundle)
    if document["demoClock"]:
        yield _GOOD, say(lang, "verdict.demo-clock")


def _told(
    document: Mapping[str, Any], steps: Mapping[str, Mapping[str, Any]], lang: str, bundle: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """What the records say, once they hold: where from, the label, tests and recalls."""
    left_out = next((one for one in document["steps"] if one.get("reason") == LEFT_OUT), None)
    if left_out is not None:
        yield _BEWARE, say(lang, "verdict.left-out", count=left_out["detail"]["lots"])
    origin = document["provenance"]
    sign = _GOOD if origin == "confirmed" else _BEWARE
    yield sign, say(lang, f"verdict.handovers.{origin}", count=len(document["handovers"]))
    yield _GOOD, say(lang, f"verdict.label.{_label(document, steps)}")
    unfit = _unfit(document, bundle)
    if unfit:
        yield _BEWARE, say(lang, "verdict.tests.fail", count=len(unfit), worst=unfit[0])
    sign = _GOOD if document["status"]["state"] == "clear" else _BEWARE
    yield sign, _recalls(document["status"], steps.get("status"), lang)


def _unfit(document: Mapping[str, Any], bundle: Mapping[str, Any]) -> list[str]:
    """Each report in the file that ends in a fail: what was found, and its limit."""
    found = []
    for one in document["statements"]:
        if not one["shown"] or one["typ"] != REPORT.typ:
            continue
        signed = bundle["statements"][one["position"]]["jws"]["payload"]
        data = orjson.loads(unb64u(signed))["data"]
        if data.get("conclusion") == _FAIL:
            items = [item for item in data.get("items", ()) if item.get("verdict") == _FAIL]
            found.append(_figures(items[0]) if items else str(one["sub"]))
    return found


def _figures(item: Mapping[str, Any]) -> str:
    limit = f" > {item['limit']}" if item.get("limit") else ""
    return f"{item['name']} {item['value']}{limit} {item.get('unit') or ''}".strip()


def _signers(statements: list[Mapping[str, Any]], lang: str) -> str:
    """The names of those who signed, each once, in the order of the records."""
    names = list(dict.fromkeys(str(one["holderName"] or one["iss"]) for one in statements))
    shown = say(lang, "verdict.names", names=names[:_SIGNERS])
    return shown if len(names) <= _SIGNERS else say(lang, "verdict.and-more", names=shown, count=len(names))


def _failed(document: Mapping[str, Any]) -> Iterator[tuple[int, int | None, Mapping[str, Any]]]:
    """Failed steps, those of a record first: there a forgery shows where it was made."""
    own = [(one["position"], step) for one in document["statements"] for step in one["steps"]]
    for place, step in [*own, *((None, step) for step in document["steps"])]:
        if step["state"] == "failed":
            yield step["step"], place, step


def _label(document: Mapping[str, Any], steps: Mapping[str, Mapping[str, Any]]) -> str:
    stated = str(document["label"])
    partly = stated == "matches" and steps.get("label", {}).get("state") == "noted"
    return "partly" if partly else stated


def _recalls(status: Mapping[str, Any], step: Mapping[str, Any] | None, lang: str) -> str:
    """What the newest list of recalls in the file says; never "none" where it says nothing."""
    as_of = _when(status["asOf"])
    if status["state"] == "clear":
        return say(lang, "verdict.recalls.clear", as_of=as_of)
    told = "" if step is None else str(step.get("text", ""))
    return say(lang, "verdict.recalls.other", as_of=as_of, text=told)


def _when(moment: str | None) -> str:
    if moment is None:
        return "—"
    return datetime.fromisoformat(moment).astimezone(SHANGHAI_TIME).strftime("%Y-%m-%d %H:%M")
