"""The shopper's own verification: trust, limits and words for the script, and the same as one page to keep.

The trust is this server's own policy folder, never the bundle's; the page says that a verifier and a policy
obtained elsewhere are stronger.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import orjson
from flask import Blueprint, Response, request

from scanner_web.assets.script import noble_script, offline_script
from scanner_web.assets.static_files import address_of
from scanner_web.assets.style import style_sheet
from scanner_web.frame.reader import Reader
from scanner_web.frame.rendering import reader, render
from trace.ledger.bundle import is_demo_origin
from trace.ledger.bundle.verdict import STEPS
from trace.parties import VISITOR
from trace.platform.content_coding import encoded
from trace.platform.opening import Platform
from trace.usecases.log.trust import limits_of, script_limits
from trace.usecases.proof.assemble_bundle import PUBLIC
from trace.usecases.proof.take_bundle import take_bundle
from trace.wording import has

_WORDS: Final = (
    *(
        "again",
        "row-page",
        "row-witnesses",
        "row-signatures",
        "row-log",
        "row-links",
        "row-label",
        "row-handovers",
        "row-times",
    ),
    *(
        "row-status",
        "passed",
        "failed",
        "noted",
        "absent",
        "done",
        "done-how",
        "wrong",
        "failed-step",
        "late",
        "signed",
    ),
    *("trusted", "noble", "demo", "no-webcrypto", "no-ed25519", "bundle-malformed", "policy-malformed"),
)
_PARTS: Final = (
    *("title", "passed", "failed", "noted", "absent"),
    *("no-digest", "digest-malformed", "other-code", "code-unbound"),
    *("before-lot", "recalled", "stale", "parts-missing", "lot-untagged", "not-a-snapshot"),
    *("role-not-granted", "lot-of-another"),
    *("disputed", "claimed", "refused", "through", "paper", "apart", "no-receipts", "not-comparable"),
)
"""What is said of a step: by its state, or by its reason where that has words of its own."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of button, verifier, its fallback, trust and the page to keep."""

    panel: str
    verifier: str
    noble: str
    trust: str
    saved: str


def addresses(lot: str, of: Reader) -> Addresses:
    """The addresses of the own check of a lot; `noble` is "" where set-up did not bring the fallback."""
    return Addresses(
        panel=address_of("panel.js"),
        verifier=address_of("verify.js"),
        noble=address_of("noble-ed25519.js"),
        trust=f"/verifier.json?lang={of.locale}",
        saved=f"/lots/{quote(lot, safe=':')}/trace.html?lang={of.locale}",
    )


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the shopper's own check."""

    @pages.get("/verifier.json")
    def verifier_trust() -> Response:
        """The policies, registrars and limits that the page's verifier trusts, and its words."""
        content, coding = encoded(orjson.dumps(_trust(platform, reader())), request.accept_encodings)
        response = Response(content, content_type="application/json", headers=coding)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    @pages.get("/lots/<path:lot>/trace.html")
    def saved_check(lot: str) -> Response:
        """The public bundle of a pack with the verifier in one file that opens without a network."""
        of = reader()
        bundle = take_bundle(platform.transactions, lot, PUBLIC, platform.bundle_settings, VISITOR)
        text = _saved(of, lot, bundle, _trust(platform, of))
        content, coding = encoded(text.encode(), request.accept_encodings)
        response = Response(content, content_type="text/html; charset=utf-8", headers=coding)
        name = quote(f"{lot.rsplit(':', 1)[-1]}.trace.html", safe="")
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _trust(platform: Platform, of: Reader) -> dict[str, Any]:
    trust = platform.trust
    limits = limits_of(platform.rules, platform.transactions.clock().date())
    return {
        "policies": list(trust.texts),
        "registrars": "".join(f"{kid} {name}\n" for kid, name in trust.registrars.items()),
        "limits": script_limits(limits),
        "words": _words(of),
        **({"now": platform.transactions.clock().isoformat()} if is_demo_origin(platform.origin) else {}),
    }


def _words(of: Reader) -> dict[str, Any]:
    steps = {
        code: {
            part: of.say(f"step.{code}.{part}") for part in _PARTS if has(of.locale, f"step.{code}.{part}")
        }
        for code in STEPS
    }
    return {word: _template(of, word) for word in _WORDS} | {"step": steps}


def _template(of: Reader, word: str) -> str:
    """A sentence with its places left open: the browser knows the numbers."""
    places = {name: f"{{{name}}}" for name in ("count", "all", "ms", "number", "name")}
    return of.say(f"scan.own.{word}", **places)


def _saved(of: Reader, lot: str, bundle: dict[str, Any], trust: dict[str, Any]) -> str:
    style, script = style_sheet("consumer.css"), offline_script()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    allowed = f"style-src {style.source}; script-src 'sha256-{digest}' blob:"
    return render(
        "consumer/saved_check.html",
        of=of,
        say=of.say,
        lot=lot.rsplit(":", 1)[-1],
        css=style.text,
        policy=f"default-src 'none'; {allowed}; base-uri 'none'",
        script=script,
        bundle=_inert(bundle),
        trust=_inert({name: value for name, value in trust.items() if name != "now"}),
        noble=noble_script(),
    )


def _inert(value: dict[str, Any]) -> str:
    """JSON that cannot end the element it stands in."""
    return orjson.dumps(value).decode().replace("<", "\\u003c")
