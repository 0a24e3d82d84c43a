"""Signed link lists in tests: a platform whose key for lists is registered, and what it answers."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from typing import Any

import rfc8785

from tests.builders.signed_rice import K1, SignedRice
from tests.builders.signers import Signer
from tests.servers.platform import TestPlatform
from tests.servers.resolving import HOST, OPERATOR, Asking, a_link, keep_link, pack_loose, tell_with_links
from tests.simulators.witnesses import publish
from trace.ledger.signed_links import LinksVerdict
from trace.rules import load
from trace.usecases.resolver.verify_link import verify_link

LINKSET = "application/linkset+json"
VOC = "https://ref.gs1.org/voc/"
JWS, DEFAULT = VOC + "jws", VOC + "defaultLink"


def lister() -> Signer:
    """The platform's key for link lists."""
    return Signer(OPERATOR, "resolver", stream="links")


def tell_signed(platform: TestPlatform, clock: Any) -> SignedRice:
    """The story with links and a loose pack, all of it cosigned."""
    told = tell_with_links(platform, clock)
    pack_loose(told, clock)
    keep_link(told, "recipe", a_link("gs1:recipeInfo", "/k1", "这一批的做法"), clock, sub=K1)
    platform.register(lister())
    publish(platform)
    return told


def fetched(web: Asking, path: str, place: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
    """A level as served, and what its gs1:jws link leads to."""
    level = web.get(path, LINKSET, accept_language="").json["linkset"][place]
    answered = web.get(level[JWS][0]["href"].removeprefix(HOST), "*/*")
    assert (answered.status, answered.headers["Content-Type"]) == (200, "application/jose+json")
    return level, answered.json


def judged(
    level: Any, form: Any, trusted: Any, clock: Any, later: timedelta = timedelta(), asked: str | None = None
) -> LinksVerdict:
    """The verdict as somebody reaches it `later`, who wants to know about `asked`."""
    return verify_link(level, form, trusted, clock() + later, load(), asked=asked)


def failed(verdict: LinksVerdict) -> list[tuple[str, str]]:
    """(step, reason) of what failed."""
    return [(step.code, step.reason) for step in verdict.steps if step.state.value == "failed"]


def attached(level: Any, form: Any) -> Any:
    """The detached form made whole, as RFC 7515 appendix F says, with somebody else's RFC 8785."""
    payload = urlsafe_b64encode(rfc8785.dumps(level)).rstrip(b"=").decode()
    return {"protected": form["protected"], "payload": payload, "signature": form["signature"]}


def coded(value: Any) -> str:
    return urlsafe_b64encode(rfc8785.dumps(value)).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def is_kind(entry: Any, typ: str) -> bool:
    """Whether an entry of a signed list is a statement of that kind."""
    return f'"typ":"{typ}"'.encode() in decoded(entry["jws"].split(".")[1])
