"""A provider of people's accounts over OpenID Connect: authorization code with PKCE (RFC 6749, RFC 7636).

What it says of a person is believed where its own key signed it for us, just now and for this very try:
issuer, audience, end and nonce of the ID token are looked at each time,
and only signatures of key pairs count. No more than the subject is read: no name, no address, no right.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from trace.errors import ProviderAnswerUnfit, ProviderSilent
from trace.exchange.transport import Bounds, NoAnswer, TooMuch, Transport

ALGORITHMS: Final = ("RS256", "PS256", "ES256")
LEEWAY: Final = 60
"""Seconds by which two clocks may differ."""
OLDEST: Final = 600
"""Seconds since the ID token was made: it is asked for at once."""
_BOUNDS: Final = Bounds(connect=3.0, read=5.0, whole=10.0, limit=1 << 20)
_FOUND: Final = "/.well-known/openid-configuration"
_LONGEST_SUBJECT: Final = 255


@dataclass(frozen=True, slots=True)
class Try:
    """What one try at signing in is known by: where its answer comes back to, and its three secrets."""

    back: str
    state: str
    nonce: str
    verifier: str


class IdentityProvider:
    """The provider of platform.toml. Every question goes to addresses that its own document names."""

    def __init__(self, issuer: str, client: str, secret: str = "") -> None:
        self.issuer = issuer
        self._client = client
        self._secret = secret
        self._transport = Transport(_BOUNDS)

    def close(self) -> None:
        self._transport.close()

    def address(self, of: Try) -> str:
        """Where the browser goes to sign in; raises `ProviderSilent`."""
        asked = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": of.back,
            "scope": "openid",
            "state": of.state,
            "nonce": of.nonce,
            "code_challenge": _b64u(hashlib.sha256(of.verifier.encode()).digest()),
            "code_challenge_method": "S256",
        }
        address = self._place(self._document(), "authorization_endpoint")
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"

    def subject(self, of: Try, code: str, now: float) -> str:
        """Whom the provider let in for this try; raises `ProviderSilent`, `ProviderAnswerUnfit`."""
        document = self._document()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": of.back,
            "code_verifier": of.verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        if self._secret:
            pair = f"{quote(self._client, safe='')}:{quote(self._secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form["client_id"] = self._client
        place = self._place(document, "token_endpoint")
        answer = self._ask("POST", place, headers, urlencode(form).encode())
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderAnswerUnfit(reason="code-refused")
        keys = self._ask("GET", self._place(document, "jwks_uri"))
        return self._read(token, keys, of.nonce, now)

    def _read(self, token: str, keys: Mapping[str, Any], nonce: str, now: float) -> str:
        registry = jwt.JWTClaimsRegistry(
            now=int(now),
            leeway=LEEWAY,
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self._client},
            nonce={"essential": True, "value": nonce},
        )
        try:
            found = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=list(ALGORITHMS))  # type: ignore[arg-type]
            claims = found.claims
            registry.validate(claims)
            subject, others = claims["sub"], claims["aud"]
            alone = not isinstance(others, list) or len(others) == 1
            fits = (alone and "azp" not in claims) or claims.get("azp") == self._client
            fresh = now - int(claims["iat"]) <= OLDEST
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            raise ProviderAnswerUnfit(reason="token-unfit") from None
        if not (fits and fresh and isinstance(subject, str) and 0 < len(subject) <= _LONGEST_SUBJECT):
            raise ProviderAnswerUnfit(reason="token-unfit")
        return subject

    def _document(self) -> Mapping[str, Any]:
        """What the provider says of itself, which has to be under its own name."""
        if not _is_safe(self.issuer):
            raise ProviderSilent(reason="not-https")
        document = self._ask("GET", self.issuer.rstrip("/") + _FOUND)
        if document.get("issuer") != self.issuer:
            raise ProviderSilent(reason="another-issuer")
        return document

    def _place(self, document: Mapping[str, Any], name: str) -> str:
        address = document.get(name)
        if not isinstance(address, str) or not _is_safe(address):
            raise ProviderSilent(reason="not-https")
        return address

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Mapping[str, Any]:
        """The JSON object of an answer, {} where it refuses what it was asked; raises `ProviderSilent`."""
        try:
            answer = self._transport.ask(method, url, headers, body)
        except NoAnswer as refusal:
            raise ProviderSilent(reason=refusal.reason) from None
        except TooMuch:
            raise ProviderSilent(reason="not-json") from None
        if answer.status in {400, 401, 403} and method == "POST":
            return {}
        if answer.status != 200:
            raise ProviderSilent(reason="status")
        try:
            found = json.loads(answer.body)
        except (ValueError, RecursionError):
            raise ProviderSilent(reason="not-json") from None
        if not isinstance(found, dict):
            raise ProviderSilent(reason="not-json")
        return found


def _is_safe(address: str) -> bool:
    """Over TLS, or without it on one's own machine alone."""
    parts = urlsplit(address)
    if parts.scheme == "https":
        return bool(parts.hostname)
    with suppress(ValueError):
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    return False


def _b64u(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
