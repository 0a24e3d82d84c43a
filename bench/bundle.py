"""The offline bundle: its size, and its verification beside the bare signature checks inside it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import timedelta

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bench.figures import Figure, Report, Spent, interleaved, median, spending
from bench.stores import store_of
from tests.builders.signed_rice import K1, SignedRice
from tests.clock import SteppingClock
from tests.servers.platform import LOT_KEY, TestPlatform
from tests.simulators.witnesses import NAMES, policy_text, publish, trust
from trace.ledger.bundle import verify_bundle
from trace.ledger.canonical import unb64u
from trace.usecases.proof.assemble_bundle import BundleSettings, assemble_bundle

LIMIT = 15 * 1024
SETTINGS = BundleSettings(LOT_KEY, NAMES)


def run(size: str) -> Report:
    report = Report("bundle")
    rounds, repeats = (3, 20) if size == "quick" else (7, 100)
    with store_of("sqlite") as store:
        for name, tell in (("six statements", _short), ("the whole of story 1", _whole)):
            clock = SteppingClock()
            with TestPlatform(store.migrated(), clock) as platform:
                tell(platform, clock)
                _measure(report, name, platform, (rounds, repeats))
    return report


def _short(platform: TestPlatform, clock: SteppingClock) -> None:
    story = SignedRice(platform, clock)
    clock.advance(timedelta(hours=6))
    platform.register(story.farm, story.mill)
    story.short_chain()
    publish(platform)


def _whole(platform: TestPlatform, clock: SteppingClock) -> None:
    story = SignedRice(platform, clock)
    for step in (story.begin, story.harvests, story.receive, story.make, story.pack, story.sell):
        step()
        publish(platform)


def _measure(report: Report, name: str, platform: TestPlatform, times: tuple[int, int]) -> None:
    rounds, repeats = times
    bundle = assemble_bundle(platform.transactions, K1, "public", SETTINGS)
    raw = orjson.dumps(bundle)
    policy = trust(platform, policy_text(platform.transactions.clock))
    verdict = verify_bundle(bundle, policy)
    assert verdict.ok, verdict.failures
    checks = _signatures(bundle)

    def assemble() -> None:
        assemble_bundle(platform.transactions, K1, "public", SETTINGS)

    def verify() -> None:
        assert verify_bundle(orjson.loads(raw), policy).ok

    def signatures() -> None:
        for key, signature, signed in checks:
            key.verify(signature, signed)

    works = [_repeated(work, repeats) for work in (assemble, verify, signatures)]
    made, verified, least = interleaved(rounds, works)
    in_ms = [median([spent.cpu / repeats * 1000 for spent in kept]) for kept in (made, verified, least)]
    ratio = median([b.cpu / a.cpu for a, b in zip(verified, least, strict=True)])
    # "Six statements": the registrar's own registration comes along, without which nothing can be checked.
    small = {"target": f"≤ {LIMIT:,}", "met": len(raw) <= LIMIT} if name.startswith("six") else {}
    what = f"bundle of {name}"
    size = f"{what}: size ({len(checks)} entries)"
    report.add(Figure(size, len(raw), "bytes", "the same, gzip -6", len(gzip.compress(raw, 6)), **small))
    report.add(Figure(f"{what}: assembled", in_ms[0], "CPU-ms", rounds=rounds))
    beside = f"its {len(checks)} statement signatures alone"
    goal = {"target": "≤ 100 ms", "met": in_ms[1] <= 100}
    report.add(
        Figure(f"{what}: verified", in_ms[1], "CPU-ms", beside, in_ms[2], ratio, rounds=rounds, **goal)
    )


def _repeated(work: Callable[[], None], repeats: int) -> Callable[[int], Spent]:
    def round_of(_: int) -> Spent:
        with spending() as spent:
            for _time in range(repeats):
                work()
        return spent

    return round_of


def _signatures(bundle: dict) -> list[tuple[Ed25519PublicKey, bytes, bytes]]:
    """Each statement's (key, signature, signed bytes), keys out of the registrations in the bundle."""
    keys: dict[str, Ed25519PublicKey] = {}
    jwses = [entry["jws"] for entry in bundle["statements"]]
    for jws in jwses:
        data = orjson.loads(unb64u(jws["payload"]))["data"]
        if "jwk" in data:
            keys[data["kid"]] = Ed25519PublicKey.from_public_bytes(unb64u(data["jwk"]["x"]))
    return [
        (
            keys[orjson.loads(unb64u(jws["protected"]))["kid"]],
            unb64u(jws["signature"]),
            f"{jws['protected']}.{jws['payload']}".encode(),
        )
        for jws in jwses
    ]
