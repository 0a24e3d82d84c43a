"""A real small OpenID provider on the loopback address: its document, its keys and a token endpoint.

A code is taken once, with the verifier of its challenge. What the next ID token says otherwise, a test sets.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT = "greentrace"


@dataclass
class Provider:
    """`claims` stand above those that are right, None leaves one out; `form`: how the token is spoilt."""

    issuer: str = ""
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "k1"}))
    claims: dict[str, Any] = field(default_factory=dict)
    form: str = ""
    named: str = ""
    codes: dict[str, tuple[dict[str, str], str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def let_in(self, address: str, subject: str) -> dict[str, str]:
        """Somebody signs in at the address that the browser was sent to; what comes back in the query."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = f"code-{len(self.asked)}"
        self.asked.append(asked)
        self.codes[code] = (asked, subject)
        return {"state": asked["state"], "code": code, "iss": self.issuer}

    def token(self, form: dict[str, str]) -> dict[str, str]:
        asked, subject = self.codes.pop(form.get("code", ""), ({}, ""))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        right = challenge.rstrip(b"=").decode() == asked.get("code_challenge")
        if not right or form.get("redirect_uri") != asked["redirect_uri"]:
            return {"error": "invalid_grant"}
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer, "aud": CLIENT, "sub": subject, "nonce": asked["nonce"], "iat": now,
            "exp": now + 300,
        }  # fmt: skip
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        if self.form == "none":
            parts = ({"alg": "none"}, claims)
            coded = [
                base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in parts
            ]
            return {"id_token": f"{'.'.join(coded)}."}
        key = ECKey.generate_key("P-256", {"kid": "k1"}) if self.form == "another-key" else self.key
        return {"id_token": jwt.encode({"alg": "ES256", "kid": "k1"}, claims, key)}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        of = cast("Provider", self.server.provider)  # type: ignore[attr-defined]
        if self.path == "/.well-known/openid-configuration":
            places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
            found = {name: f"{of.issuer}/{place}" for name, place in places.items()}
            self._say(200, {"issuer": of.named or of.issuer, **found})
        else:
            self._say(200, {"keys": [of.key.as_dict(private=False)]})

    def do_POST(self) -> None:
        of = cast("Provider", self.server.provider)  # type: ignore[attr-defined]
        raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
        found = of.token({name: values[0] for name, values in parse_qs(raw).items()})
        self._say(400 if "error" in found else 200, found)

    def _say(self, status: int, said: object) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def identity_provider() -> Iterator[Provider]:
    """A provider on the loopback address as long as the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_address[1]}")
    server.provider = provider  # type: ignore[attr-defined]
    worker = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    worker.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        worker.join()
