#!/usr/bin/env python3
"""A client of GreenTrace in one file, for Python from 3.11 on with `cryptography` and nothing else.

It makes a key, signs records by docs/record-format.md, uploads and corrects them, and verifies receipts:
the place in the log, the log's signature, the witnesses' cosignatures. Nothing in it is code of the platform.

    greentrace_client.py keygen farm.pem
    greentrace_client.py apply farm.pem --iss urn:uscc:… --name … --role grower    # for a registrar to sign
    greentrace_client.py state farm.pem --iss urn:uscc:… --typ farm.harvest --sub urn:lot:… \\
        --at 2026-10-15T07:40:00+08:00 --data harvest.json --save harvest.jws
    greentrace_client.py state … --amends STMT --reason … --data whole.json        # a correction
    greentrace_client.py receipt harvest.jws --policy policy.txt

GREENTRACE_SERVER and GREENTRACE_TOKEN name the platform and one's token, GREENTRACE_KEY_PASSWORD a key's.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import secrets
import sys
import time
import unicodedata
import urllib.error
import urllib.request
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MEMBER = re.compile(r"[A-Za-z_@$][A-Za-z0-9_.$-]{0,63}")


class Refused(Exception):
    """The platform's problem (RFC 9457): its `code` says which, `action` what to do."""

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        told = [str(document[part]) for part in ("code", "title", "detail", "action") if document.get(part)]
        super().__init__(f"{status} {' '.join(told)}")
        self.status, self.document = status, document


class NotProved(Exception):
    """The receipt does not hold; the message says which check failed."""


def b64u(raw: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64u(text: str) -> bytes:
    """The bytes of unpadded base64url; only the one text of these bytes is taken."""
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64u(raw) != text:
        raise ValueError("not base64url")
    return raw


def canonical(value: object, limit: int = 32 * 1024) -> bytes:
    """JCS-R: sorted, compact, NFC, without fractions; raises ValueError for what has no such form."""
    _require_form(value, 0)
    raw = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    if len(raw) > limit:
        raise ValueError(f"larger than {limit} bytes")
    return raw


def _require_form(value: object, depth: int) -> None:
    names = list(value) if isinstance(value, dict) else []
    within = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
    plain = value is None or (isinstance(value, int) and abs(value) < 2**53)
    plain = plain or (isinstance(value, str) and unicodedata.is_normalized("NFC", value))
    if not plain and (within is None or depth == 16 or not all(MEMBER.fullmatch(name) for name in names)):
        raise ValueError(f"no canonical form (quantities are decimal strings): {value!r:.60}")
    for each in within or ():
        _require_form(each, depth + 1)


class Key:
    """An Ed25519 key; `kid` is its RFC 7638 thumbprint."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.jwk = {"crv": "Ed25519", "kty": "OKP", "x": b64u(private.public_key().public_bytes_raw())}
        self.kid = b64u(hashlib.sha256(canonical(self.jwk)).digest())

    @classmethod
    def read(cls, path: Path, password: bytes | None = None) -> Key:
        private = serialization.load_pem_private_key(path.read_bytes(), password)
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError(f"{path} holds no Ed25519 key")
        return cls(private)

    def write(self, path: Path) -> None:
        """As PEM, for the owner alone; what is there is never overwritten."""
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path.touch(0o600, exist_ok=False)
        path.write_bytes(self._private.private_bytes(*form))

    def sign(self, typ: str, payload: bytes) -> dict[str, str]:
        """The three parts of a JWS."""
        header = canonical({"alg": "EdDSA", "kid": self.kid, "typ": typ}, 384)
        parts = {"protected": b64u(header), "payload": b64u(payload)}
        signature = self._private.sign(f"{parts['protected']}.{parts['payload']}".encode())
        return parts | {"signature": b64u(signature)}

    def application(self, iss: str, name: str, roles: Sequence[str], days: int = 730) -> dict[str, Any]:
        """The `data` of party.key.register (record-format §4.2), which a registrar signs."""
        now = _now()
        agreed = {"iss": iss, "kid": self.kid, "streams": ["*"], "v": 1}
        proof = compact(self.sign("trace+key-proof", canonical(agreed)))
        held = {"kid": self.kid, "jwk": self.jwk, "holder": {"iss": iss, "name": name}, "proof": proof}
        may = {"roles": list(roles), "streams": ["*"], "custody": "file"}
        until = (now + timedelta(days=days)).isoformat()
        return held | may | {"validFrom": now.isoformat(), "validTo": until}


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def compact(jws: Mapping[str, Any]) -> str:
    """What a statement's id is the hash of."""
    return f"{jws['protected']}.{jws['payload']}.{jws['signature']}"


def statement_id(jws: Mapping[str, Any]) -> str:
    return b64u(hashlib.sha256(compact(jws).encode()).digest())


def conceal(data: dict[str, Any], paths: Sequence[str]) -> list[str]:
    """Take members out of `data` by their dotted paths (record-format §3.6); returns their disclosures."""
    disclosures = []
    for path in paths:
        inner = data
        *above, name = path.split(".")
        for part in above:
            inner = inner[part]
        shown = b64u(canonical([b64u(secrets.token_bytes(16)), name, inner.pop(name)]))
        digest = b64u(hashlib.sha256(shown.encode()).digest())
        inner["_sd"] = sorted([*inner.get("_sd", ()), digest])
        disclosures.append(shown)
    return disclosures


@dataclass
class Signer:
    """Who signs: a key, the party that holds it, and which of its chains."""

    key: Key
    iss: str
    stream: str = "client"

    def sign(self, head: Mapping[str, Any], stated: Mapping[str, Any], hidden: Sequence[str] = ()) -> Any:
        """The flattened JWS of the statement that follows `head` (seq, stmt, now); record-format §3.1.

        It is signed by our clock, or the log's where that is behind ours: no log takes what is to come.
        `stated` has the claims that are the caller's: typ, sub, occurredAt, data; inputs, anchor if any.
        `hidden` are dotted paths of members of data to conceal.
        """
        claims = json.loads(json.dumps(stated))
        disclosures = conceal(claims["data"], hidden)
        claims |= {"v": 1, "iss": self.iss, "stream": self.stream, "seq": head["seq"] + 1}
        signed = min([_now(), *([datetime.fromisoformat(head["now"])] if "now" in head else [])])
        claims |= {"jti": b64u(secrets.token_bytes(16)), "signedAt": signed.isoformat(timespec="seconds")}
        claims |= {"prev": head["stmt"]} if head["seq"] else {}
        claims |= {"_sd_alg": "sha-256"} if disclosures else {}
        jws = self.key.sign("trace+sd-jwt", canonical(claims))
        return jws | ({"header": {"disclosures": disclosures}} if disclosures else {})


def correction(amends: str, reason: str, whole: Mapping[str, Any], **claims: str) -> dict[str, Any]:
    """What states a record anew, with `whole` as all its data; `claims` are sub and occurredAt."""
    return {"typ": "correction", **claims, "data": {"amends": amends, "reason": reason, "replacement": whole}}


@dataclass(frozen=True)
class NoteKey:
    """A key of a log (type 1) or witness (type 4), from its `vkey` text."""

    id: tuple[str, bytes]
    type: int
    public: bytes

    @classmethod
    def read(cls, vkey: str, kind: int) -> NoteKey:
        name, hexadecimal, coded = vkey.split("+", 2)
        raw = b64decode(coded, validate=True)
        key_id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        if key_id.hex() != hexadecimal or len(raw) != 33 or raw[0] != kind:
            raise ValueError(f"no key of a note: {vkey}")
        return cls((name, key_id), raw[0], raw[1:])

    def holds(self, text: str, signature: bytes) -> bool:
        if self.type == 4:
            text = f"cosignature/v1\ntime {int.from_bytes(signature[:8], 'big')}\n{text}"
        try:
            raw = signature[8:] if self.type == 4 else signature
            Ed25519PublicKey.from_public_bytes(self.public).verify(raw, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


class Policy:
    """Whom *you* trust: the text of policy.txt (C2SP tlog-policy), from a source of your own."""

    def __init__(self, text: str) -> None:
        self.logs: dict[str, NoteKey] = {}
        self.witnesses: dict[str, NoteKey] = {}
        self.groups: dict[str, tuple[int, list[str]]] = {}
        self.quorum = ""
        for words in (line.split() for line in text.splitlines()):
            match words:
                case ["log", vkey, *_]:
                    self.logs[vkey.split("+")[0]] = NoteKey.read(vkey, 1)
                case ["witness", name, vkey, *_]:
                    self.witnesses[name] = NoteKey.read(vkey, 4)
                case ["group", name, rule, *members]:
                    least = {"all": len(members), "any": 1}.get(rule)
                    self.groups[name] = (int(rule) if least is None else least, members)
                case ["quorum", name]:
                    self.quorum = name
                case [first, *_] if not first.startswith("#"):
                    raise ValueError(f"no line of a policy: {' '.join(words)}")
        if self.quorum not in {"none", *self.witnesses, *self.groups}:
            raise ValueError("the policy names no quorum of its own")

    def open(self, note: str) -> tuple[str, int, bytes, dict[str, datetime]]:
        """Origin, size, root and the witnesses' times of a checkpoint that the policy accepts."""
        text, _, tail = note.removesuffix("\n").rpartition("\n\n")
        text += "\n"
        origin, size, root = text.removesuffix("\n").split("\n")
        if origin not in self.logs:
            raise NotProved(f"the policy knows no log {origin}")
        lines = [_signature_line(row) for row in tail.split("\n")]
        signed = [self.logs[origin].holds(text, each) for of, each in lines if of == self.logs[origin].id]
        if not signed or not all(signed):
            raise NotProved("the log's signature under the checkpoint does not hold")
        times = {
            name: datetime.fromtimestamp(int.from_bytes(each[:8], "big"), UTC)
            for name, key in self.witnesses.items()
            for of, each in lines
            if of == key.id and key.holds(text, each)
        }
        there = {"none", *times}
        for name, (least, members) in self.groups.items():
            if len(there.intersection(members)) >= least:
                there.add(name)
        if self.quorum not in there:
            raise NotProved(f"too few witnesses cosigned: {', '.join(times) or 'none'}")
        return origin, int(size), b64decode(root, validate=True), times


def _signature_line(row: str) -> tuple[tuple[str, bytes], bytes]:
    """Whose line it is, by name and key id, and the signature."""
    name, coded = row.removeprefix("— ").split(" ")
    raw = b64decode(coded, validate=True)
    return (name, raw[:4]), raw[4:]


def root_of(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root to which an audit path leads (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        raise NotProved("the index is not in the tree")
    number, last, root = index, size - 1, hashlib.sha256(b"\x00" + leaf).digest()
    for sibling in path:
        if last == 0:
            raise NotProved("the proof is too long")
        if number & 1 or number == last:
            root = hashlib.sha256(b"\x01" + sibling + root).digest()
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            root = hashlib.sha256(b"\x01" + root + sibling).digest()
        number, last = number >> 1, last >> 1
    if last:
        raise NotProved("the proof is too short")
    return root


def verify_receipt(jws: Mapping[str, Any], leaf: str, proof: str, policy: Policy) -> dict[str, Any]:
    """Where the log has the record, and when which witness had seen it; raises NotProved.

    The lot tag in the leaf (`b`) is not among what is checked: only who has the lot's secret can.
    """
    try:
        payload, there = unb64u(jws["payload"]), json.loads(leaf)
        claims = json.loads(payload)
        chain = f"trace-stream\n{claims['iss']}\n{claims['stream']}".encode()
        wanted = {name: there[name] for name in ("b", "s2") if name in there}
        wanted |= {"v": 1, "s": statement_id(jws), "p": b64u(hashlib.sha256(payload).digest())}
        wanted |= {"k": json.loads(unb64u(jws["protected"]))["kid"], "t": claims["typ"], "n": claims["seq"]}
        wanted |= {"r": claims["prev"]} if "prev" in claims else {}
        if canonical(wanted | {"c": b64u(hashlib.sha256(chain).digest()[:16])}).decode() != leaf:
            raise NotProved("the leaf is not of this record")
        head, _, note = proof.partition("\n\n")
        form, *rows = [row for row in head.split("\n") if not row.startswith("extra ")]
        if form != "c2sp.org/tlog-proof@v1" or not rows[0].startswith("index "):
            raise NotProved("no tlog-proof")
        index, path = int(rows[0][6:]), [b64decode(row, validate=True) for row in rows[1:]]
        origin, size, root, times = policy.open(note)
        if root_of(leaf.encode(), index, size, path) != root:
            raise NotProved("the record does not stand there in the log")
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise NotProved(f"unreadable: {error!r}") from error
    seen = {name: when.isoformat() for name, when in times.items()}
    return {"stmt": statement_id(jws), "log": origin, "index": index, "size": size, "witnesses": seen}


class Platform:
    """One platform over HTTP; `token` is one's organisation's."""

    def __init__(self, server: str, token: str = "", language: str = "en") -> None:
        if not server.startswith(("http://", "https://")):
            raise ValueError("GREENTRACE_SERVER wants the platform's address: http://… or https://…")
        self.server = server.rstrip("/")
        self._headers = {
            "Accept-Language": language,
            **({"Authorization": f"Bearer {token}"} if token else {}),
        }

    def ask(self, path: str, body: bytes | None = None, kind: str = "") -> bytes:
        """The answer, or Refused. Where none came, send the same bytes again: uploads are idempotent."""
        headers = self._headers | ({"Content-Type": kind} if kind else {})
        try:
            with urllib.request.urlopen(urllib.request.Request(self.server + path, body, headers)) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as answer:
            raw = answer.read()
            problem = json.loads(raw) if "json" in answer.headers.get("Content-Type", "") else {}
            raise Refused(answer.code, problem) from None

    def head(self, iss: str, stream: str) -> Any:
        return json.loads(self.ask(f"/api/v1/heads?{urlencode({'iss': iss, 'stream': stream})}"))

    def upload(self, jws: Mapping[str, Any]) -> Any:
        """The receipt of one signed record; the same again gives the same receipt."""
        return json.loads(self.ask("/api/v1/statements", json.dumps(jws).encode(), "application/jose+json"))

    def state(self, signer: Signer, stated: Mapping[str, Any], hidden: Sequence[str] = ()) -> tuple[Any, Any]:
        """Sign what follows in the chain and upload it; the record and its receipt."""
        jws = signer.sign(self.head(signer.iss, signer.stream), stated, hidden)
        return jws, self.upload(jws)

    def proved(self, jws: Mapping[str, Any], policy: Policy, seconds: float = 60) -> dict[str, Any]:
        """The verified receipt, once the witnesses have cosigned; waits up to `seconds`."""
        place = f"/api/v1/statements/{quote(statement_id(jws), safe='')}"
        deadline = time.monotonic() + seconds
        while True:
            try:
                proof = self.ask(f"{place}.tlog-proof").decode()
                return verify_receipt(jws, json.loads(self.ask(place))["leaf"], proof, policy)
            except Refused as refused:
                if refused.status != 503 or time.monotonic() > deadline:
                    raise
                time.sleep(0.5)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Sign, upload, correct and verify records of GreenTrace.")
    commands = parser.add_subparsers(dest="command", required=True)
    keygen, apply, state, receipt = map(commands.add_parser, ("keygen", "apply", "state", "receipt"))
    for one in (keygen, apply, state):
        one.add_argument("key", type=Path, help="a PEM file")
    for one in (apply, state):
        one.add_argument("--iss", required=True, help="urn:uscc:… of the signer")
    apply.add_argument("--name", required=True)
    apply.add_argument("--role", action="append", required=True)
    state.add_argument("--stream", default="client", help="which of your chains (default: client)")
    state.add_argument("--typ", help="the kind: farm.harvest, …")
    state.add_argument("--amends", metavar="STMT", help="the record that this one corrects, with --reason")
    state.add_argument("--reason")
    state.add_argument("--sub", required=True, help="what it is about: urn:lot:…")
    state.add_argument("--at", required=True, help="when it happened: RFC 3339 with offset")
    state.add_argument("--data", type=Path, required=True, help="JSON with the members of the kind")
    state.add_argument("--conceal", action="append", default=[], metavar="PATH")
    state.add_argument("--save", type=Path, help="keep the signed record in this file")
    receipt.add_argument("record", type=Path, help="a record that --save kept")
    receipt.add_argument("--policy", type=Path, required=True, help="policy.txt of your own")
    return parser


def _platform() -> Platform:
    return Platform(os.environ.get("GREENTRACE_SERVER", ""), os.environ.get("GREENTRACE_TOKEN", ""))


def _done(given: argparse.Namespace) -> dict[str, Any]:
    if given.command == "keygen":
        key = Key(Ed25519PrivateKey.generate())
        key.write(given.key)
        return {"kid": key.kid, "jwk": key.jwk}
    if given.command == "receipt":
        record, policy = json.loads(given.record.read_text()), Policy(given.policy.read_text())
        return _platform().proved(record, policy)
    key = Key.read(given.key, os.environ.get("GREENTRACE_KEY_PASSWORD", "").encode() or None)
    if given.command == "apply":
        return key.application(given.iss, given.name, given.role)
    if bool(given.typ) == bool(given.amends) or bool(given.amends) != bool(given.reason):
        raise ValueError("either --typ, or --amends and --reason")
    data, about = json.loads(given.data.read_text()), {"sub": given.sub, "occurredAt": given.at}
    hidden = [f"replacement.{path}" if given.amends else path for path in given.conceal]
    stated = {"typ": given.typ, "data": data, **about}
    stated = correction(given.amends, given.reason, data, **about) if given.amends else stated
    jws, receipt = _platform().state(Signer(key, given.iss, given.stream), stated, hidden)
    if given.save:
        given.save.write_text(json.dumps(jws))
    return dict(receipt)


def main() -> None:
    """Do one command; its answer as JSON, or what went wrong in one line and exit status 1."""
    try:
        print(json.dumps(_done(_arguments().parse_args()), ensure_ascii=False, indent=1))
    except (Refused, NotProved, ValueError, LookupError, TypeError, OSError) as failure:
        sys.exit(f"{type(failure).__name__}: {failure}")


if __name__ == "__main__":
    main()
