"""Records and bundles that two readers could read in two ways: truly signed, odd in one place or a few.

Everything comes from the seed. Each record stands in the log with the leaf and proof that belong to it, so
that a verifier gets past form and signature to the steps behind them.
"""

from __future__ import annotations

import copy
import hashlib
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from tests.builders.ledgers import PLATFORM_KEY, REGISTRAR, START, Signer
from tests.builders.loose_log import MARKET, MILL, PACK, LooseLog, hash_of
from tests.builders.oddities import (
    DIGEST,
    NAMES,
    NUMBERS,
    TEXTS,
    TIMES,
    Raw,
    as_text,
    nested,
    places,
    string_of,
)
from trace.ledger.canonical import b64u
from trace.ledger.disclosure import make_disclosure
from trace.ledger.keys import registration_data, revocation_data
from trace.ledger.leaf import lot_secret, lot_tag

LATER = START + timedelta(days=365)


class AlienLog(LooseLog):
    """A log in which a mill says odd things."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._mutations: tuple[tuple[float, Callable[[dict[str, Any]], dict[str, Any]]], ...] = (
            (0.30, self._odd_claims),
            (0.15, self._odd_times),
            (0.15, self._odd_text),
            (0.10, self._odd_header),
            (0.08, self._odd_base64),
            (0.10, self._odd_disclosures),
            (0.05, self._odd_leaf),
            (0.05, self._odd_key),
            (0.02, self._good),
        )

    def add_odd(self) -> None:
        """One more record with something odd in it."""
        weights, makers = zip(*self._mutations, strict=True)
        self.add(self.dice.choices(makers, weights)[0](self.a_pack()))

    def add_odd_status(self) -> None:
        """A recall status that is odd, instead of an entry."""
        dice, record = self.dice, self.a_pack()
        tag = lot_tag(lot_secret(PLATFORM_KEY, PACK), PACK)
        data: dict[str, Any] = {
            "asOf": dice.choice(TIMES),
            "log": dice.choice((self.log.origin, self.log.origin, "other", None)),
            "size": dice.choice((3, 3, 4, 10**6, Raw("3.0"), Raw("-0"), "3", True)),
            "recalled": dice.choice(
                ([], [], [tag], [[tag]], [DIGEST[:22], tag], [tag, tag], ["é" * 22], {}, None)
            ),
        }
        typ = dice.choice(("status.snapshot", "status.snapshot", "food.pack"))
        record["claims"] |= {"typ": typ, "iss": MARKET, "sub": self.log.origin, "data": data}
        record |= {"signer": self.market, "header": {**record["header"], "kid": self.market.key.kid}}
        self.add(record)
        self.status = self.entries.pop()

    def _good(self, record: dict[str, Any]) -> dict[str, Any]:
        return record

    def _odd(self) -> Any:
        dice = self.dice
        kind = dice.random()
        if kind < 0.45:
            return dice.choice(TEXTS)
        if kind < 0.65:
            return Raw(dice.choice(NUMBERS))
        if kind < 0.75:
            return dice.choice((None, True, False))
        if kind < 0.85:
            return dice.choice(([], {}, [[]], [{}], [DIGEST], {"_sd": [DIGEST]}, {"_sd": []}, ["EdDSA"], [1]))
        if kind < 0.9:
            return nested(dice.choice((3, 12, 13, 14, 15, 16, 17, 40, 600, 2000)), dice.random() < 0.5)
        return {dice.choice(NAMES): dice.choice(TEXTS)}

    def _odd_claims(self, record: dict[str, Any]) -> dict[str, Any]:
        for _ in range(self.dice.choice((1, 1, 1, 2))):
            data = record["claims"].get("data")
            if self.dice.random() < 0.3 and isinstance(data, dict):
                data["_sd"] = self._odd_digests()
                if self.dice.random() < 0.7:
                    record["claims"]["_sd_alg"] = self.dice.choice(("sha-256", "sha-256", "sha-512", None))
            elif self.dice.random() < 0.3:
                record["claims"] |= self.dice.choice((self._odd_anchor, self._odd_inputs))()
            else:
                self._put(record["claims"])
        return record

    def _put(self, claims: Any) -> None:
        holder, key = self.dice.choice(list(places(claims)))
        what = self.dice.random()
        if what < 0.15:
            del holder[key]
        elif what < 0.35 and isinstance(holder, dict):
            holder[self.dice.choice(NAMES)] = self._odd()
        else:
            holder[key] = self._odd()

    def _odd_digests(self) -> Any:
        some = [b64u(hashlib.sha256(bytes([at])).digest()) for at in range(self.dice.randrange(4))]
        made: list[Any] = sorted(some) if self.dice.random() < 0.7 else some
        if self.dice.random() < 0.5:
            made.append(
                self.dice.choice(("~" * 43, "\U00020000" * 43, "\U00020000" * 21 + "a", "z" * 42, 1, None))
            )
        return made if self.dice.random() < 0.9 else self._odd()

    def _odd_anchor(self) -> dict[str, Any]:
        root = self.log.anchor().root
        sizes = (0, 1, 2, Raw("2.0"), Raw("-0"), 10**6, -1, "2", True)
        return {
            "anchor": {
                "origin": self.dice.choice((self.log.origin, self.log.origin, "other", "é", "")),
                "size": self.dice.choice(sizes),
                "root": self.dice.choice((root, root, "A" * 43 + "=", "A" * 42 + "B=", root[:-1], 7)),
            }
        }

    def _odd_inputs(self) -> dict[str, Any]:
        stmt = hash_of(self.log.statements[1].compact.encode())
        one = {
            "stmt": self.dice.choice((stmt, stmt, DIGEST, stmt + "=", stmt[:42], 7)),
            "log": self.dice.choice((self.log.origin, self.log.origin, "other", "", "a b")),
            "index": self.dice.choice((1, 1, 0, Raw("1.0"), Raw("-0"), 2**53, -1, True)),
            "role": self.dice.choice(("raw", "raw", *TEXTS)),
        }
        return {"inputs": self.dice.choice(([one], [one, one], [], one, [one, 7]))}

    def _odd_times(self, record: dict[str, Any]) -> dict[str, Any]:
        record["claims"][self.dice.choice(("occurredAt", "signedAt"))] = self.dice.choice(TIMES)
        return record

    def _odd_text(self, record: dict[str, Any]) -> dict[str, Any]:
        text = as_text(record["claims"], self.dice)
        at = self.dice.randrange(len(text))
        replaced = (
            ('"seq":1', f'"seq":{self.dice.choice(NUMBERS)}'),
            ('"v":1', f'"v":{self.dice.choice(NUMBERS)}'),
            ('"a":1', f'"a":{self.dice.choice(NUMBERS)}'),
            (
                '"x"',
                self.dice.choice(
                    ('"\\u0078"', '"\\/"', '"\\ud800"', '"\\ud83d\\ude00"', "'x'", '"\\x"', '"\t"')
                ),
            ),
            (",", self.dice.choice((", ", ",,", ",\n", ",\u00a0"))),
            ("{", self.dice.choice(("{ ", "\ufeff{", "//{", '{"":1,', '{"__proto__":{},'))),
            (text, text + self.dice.choice((" ", "\n", "\x00", "{}", ","))),
            (text, self.dice.choice(("[]", "null", "1", '"x"', "", "{}", "[" * 2000 + "]" * 2000))),
            (text, text[:at] + self.dice.choice('x"\\{}[],:0 é') + text[at + 1 :]),
            ('"500"', self.dice.choice(('"' + "9" * 40_000 + '"', '"' + "é" * 16_000 + '"', '"e\u0301"'))),
        )
        payload = text.replace(*self.dice.choice(replaced), 1).encode("utf-8", "surrogatepass")
        if self.dice.random() < 0.1:
            payload = (
                payload[:at]
                + self.dice.choice((b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"))
                + payload[at:]
            )
        record["payload"] = payload or b" "
        return record

    def _odd_header(self, record: dict[str, Any]) -> dict[str, Any]:
        header = record["header"]
        what = self.dice.randrange(6)
        if what == 0:
            header["alg"] = self.dice.choice((["EdDSA"], [], {}, None, Raw("0"), *TEXTS))
        elif what == 1:
            header["kid"] = self.dice.choice(
                (header["kid"] + "=", header["kid"][:-1], DIGEST, [header["kid"]], *TEXTS)
            )
        elif what == 2:
            header["typ"] = self._odd()
        elif what == 3:
            header[self.dice.choice(NAMES)] = self._odd()
        elif what == 4:
            text = as_text(header)
            changed = (
                (",", ", "),
                ("{", "\ufeff{"),
                (text, text + " "),
                (text, "[]"),
                ('"alg"', '"\\u0061lg"'),
            )
            record["raw_header"] = text.replace(*self.dice.choice(changed), 1).encode()
        else:
            pairs = ",".join(f"{string_of(name)}:{as_text(item)}" for name, item in reversed(header.items()))
            record["raw_header"] = ("{" + pairs + "}").encode()
        return record

    def _odd_base64(self, record: dict[str, Any]) -> dict[str, Any]:
        letters = "AB_-+/= \n.é~"
        record["part"] = self.dice.choice(("protected", "payload", "signature"))
        at, letter, what = self.dice.random(), self.dice.choice(letters), self.dice.randrange(5)

        def spoil(text: str) -> str:
            place = int(at * len(text))
            last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            forms = (
                text + letter,
                text[:place] + letter + text[place + 1 :],
                text[:-1] + last[(last.index(text[-1]) + 1) % 64],
                text[:-1],
                text + "=" * (-len(text) % 4),
            )
            return forms[what]

        record["spoil"] = spoil
        return record

    def _odd_disclosures(self, record: dict[str, Any]) -> dict[str, Any]:
        dice = self.dice
        names, values = (
            ("price", "a.b", "_sd", "packs", "", "__proto__", "x"),
            ("1", None, [1], {"a": {"b": "c"}}),
        )
        good = make_disclosure("price", "1", bytes(16)).encoded
        shown: list[Any] = []
        for _ in range(dice.choice((0, 1, 1, 2))):
            salt: Any = dice.choice(
                (b64u(dice.randbytes(16)),) * 3 + (b64u(bytes(15)), "", 7, "A" * 21 + "B")
            )
            parts = [salt, dice.choice(names), dice.choice((*values, self._odd()))]
            text = as_text(dice.choice((parts, parts, parts, parts[:2], {"a": 1}, [*parts, 1])))
            shown.append(dice.choice((b64u(text.encode("utf-8", "surrogatepass")), good)))
        holder = dice.choice((record["claims"]["data"], record["claims"]["data"]["packs"]))
        digests = sorted({hash_of(one.encode()) for one in shown if isinstance(one, str)})
        if dice.random() < 0.2:
            digests.append(DIGEST)
        if digests:
            holder["_sd"] = sorted(digests)
            record["claims"]["_sd_alg"] = "sha-256"
        if dice.random() < 0.2:
            shown.append(dice.choice((good, 7, None, "é", "", "e30", good + "=", good + "\n")))
        header: Any = {"disclosures": shown}
        if dice.random() < 0.1:
            header = dice.choice(
                (None, [], {}, {"disclosures": {}}, {"disclosures": shown, "x": 1}, {"": shown}, "x")
            )
        record["envelope"] = {"header": header}
        if dice.random() < 0.05:
            record["envelope"] = {dice.choice(("", "Header", "__proto__")): 1}
        return record

    def _odd_leaf(self, record: dict[str, Any]) -> dict[str, Any]:
        dice = self.dice
        if dice.random() < 0.5:
            member = dice.choice(("v", "s", "p", "k", "t", "n", "b", "c", "r", "s2", *NAMES))
            record["leaf_members"] = {member: dice.choice((self._odd(), DIGEST, "A" * 22))}
        else:
            record["leaf"] = dice.choice(
                (b"", b"{}", b"[]", b"null", b"{", b" {}", b"\xef\xbb\xbf{}", self.log.leaves[0], b"[" * 2000)
            )
        return record

    def _odd_key(self, record: dict[str, Any]) -> dict[str, Any]:
        """A registration or revocation with something odd, mostly said by the registrar."""
        dice = self.dice
        new = Signer(MILL, dice.randrange(900, 904))
        if dice.random() < 0.7:
            data: Any = registration_data(
                new.key,
                MILL,
                "x",
                roles=["processor"],
                streams=["*"],
                custody="file",
                valid_from=START,
                valid_to=LATER,
            )
            typ = "party.key.register"
            if dice.random() < 0.5:
                data["proof"] = self._odd_proof(new)
        else:
            reach = dice.choice((None, 10**6, Raw("4.0"), -1))
            data, typ = revocation_data(new.key.kid, dice.choice(("ceased", "bored"))), "party.key.revoke"
            if reach is not None:
                data["invalidFromIndex"] = reach
        record["claims"] |= {"typ": typ, "data": copy.deepcopy(data)}
        if dice.random() < 0.8:
            record["claims"]["iss"] = REGISTRAR
            record |= {
                "signer": self.registrar,
                "header": {**record["header"], "kid": self.registrar.key.kid},
            }
        what = dice.random()
        if what < 0.3:
            self._put(record["claims"]["data"])
        elif what < 0.5:
            record["claims"]["data"][dice.choice(("validFrom", "validTo"))] = dice.choice(TIMES)
        return record

    def _odd_proof(self, new: Signer) -> str:
        """A proof of possession by the new key over something odd."""
        dice = self.dice
        header = as_text({"alg": "EdDSA", "kid": new.key.kid, "typ": "trace+key-proof"})
        content = as_text({"iss": MILL, "kid": new.key.kid, "streams": ["*"], "v": 1})
        changes = (
            ("{", "\ufeff{"),
            ("{", "{ "),
            ("1}", "1.0}"),
            ("}", ',"x":1}'),
            ("}", "}\n"),
            ("*", "\\u002a"),
        )
        if dice.random() < 0.7:
            content = content.replace(*dice.choice(changes), 1)
        else:
            header = header.replace(*dice.choice(changes), 1)
        signed = f"{b64u(header.encode())}.{b64u(content.encode())}"
        return signed + dice.choice((".", "..", "")) + b64u(new.key.sign(signed.encode()))


def texts_of(log: AlienLog, dice: random.Random) -> Iterator[str]:
    """Texts of a bundle that readers could read in two ways, each with one oddity of form."""
    form = log.form()
    while True:
        changed = copy.deepcopy(form)
        if dice.random() < 0.6:
            holder, key = dice.choice(list(places(changed)))
            what = dice.random()
            if what < 0.15:
                del holder[key]
            elif what < 0.4 and isinstance(holder, dict):
                holder[dice.choice((*NAMES, "secret", "jws", "before", "earlier", "status", "tsa"))] = (
                    log._odd()
                )
            else:
                holder[key] = log._odd()
        text = as_text(changed, dice if dice.random() < 0.1 else None)
        if dice.random() < 0.5:
            at = dice.randrange(len(text))
            replaced = (
                ('"index":1', f'"index":{dice.choice(NUMBERS)}'),
                ('"log":0', f'"log":{dice.choice(NUMBERS)}'),
                ('"log":0', '"log":0,"log":0'),
                (",", dice.choice((", ", ",\n\t", ",,", ",\u00a0"))),
                ("{", dice.choice(("{ ", "\ufeff{", '{"":1,', '{"__proto__":{},'))),
                (text, text + dice.choice((" ", "\n", "\x00", "{}"))),
                (text, text[:at] + dice.choice('x"\\{}[],:0 é') + text[at + 1 :]),
                ('"view":"public"', f'"view":"public","status":{"[" * 40}{"]" * 40}'),
                ('"view":"public"', '"view":"public","x":"\\ud800"'),
                ('"view":"public"', '"vie\\u0077":"public"'),
                ('"view":"public"', '"view":"private","view":"public"'),
            )
            text = text.replace(*dice.choice(replaced), 1)
        yield text
