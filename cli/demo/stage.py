"""The demo's stage: folders, keys, policy and processes, before the first story begins.

var/demo/            the food platform's folder, and what the demo leaves behind
  agri/              the agricultural platform (a simulator: our own code in that role)
  witness-agri/ witness-market/   the two bureaus' witnesses, with keys of their own
  party-keys/        one key file a party (in life, each party keeps its own)
  policy/            whom a verifier trusts: outside every bundle
  clock  files/  logs/
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from cli.client.http import PlatformClient
from cli.client.signing_client import SigningClient
from cli.demo.listening import Listening
from cli.demo.neighbours import Neighbours, free_port
from cli.demo.visitor import Visitor
from cli.demo.world import at, draft, world
from cli.occupied import require_free
from cli.setting_up import migrate_folder
from trace.chain.editions import NEWEST
from trace.chain.facts.editions import EDITION
from trace.errors import FolderUnfit
from trace.exchange.draft import Draft
from trace.ledger.algorithms import PrivateKey
from trace.ledger.keys import registration_data
from trace.parties import ADDRESSED, FEED, RESOLVER
from trace.platform.clocks import DemoClock
from trace.platform.folder import SETTINGS, PlatformFolder, WitnessAddress, load_folder, write_secret
from trace.platform.opening import open_platform
from trace.platform.witness_folder import create_witness_folder
from trace.usecases.accounts.tokens import Terms, issue_token
from trace.usecases.log.trust import write_policy

ORIGINS = {"food": "trace.example.cn/food/demo-clock", "agri": "trace.example.cn/agri/demo-clock"}
WITNESSES = ("agri", "market")
REGISTRARS = {"G1": "market", "G2": "agri"}
SYSTEM = "credit-publicity"
"""The named system that a simulator plays beside the demo, and that it is connected to."""
OPERATOR = "G1"
"""Who runs the food platform, and so holds its key for link lists."""
AREA = "31"
"""上海市: the area of its authorities."""
FARMS = ("F1", "F2", "F3")
KEYS_AT = {"agri": ("F1", "F2", "F3", "L1"), "food": ("P1", "P2", "P3", "P4", "P5", "D1", "D2", "L1")}
HELD_AT = {"food": ("P1", "D1", "L1", "G1", "G2", "G3", "G4"), "agri": ("F1", "F2", "G2")}
"""Whose people sign on the pages of a platform with a key that it holds, beside the key file of each."""
BEGINS, KEYS_FROM = "09-01 08:00", "09-01 00:00"
"""When the demo's time begins: a month of supervision before the stories of October."""
SETTLE_SECONDS = 30.0
_NOT_YET = "http://127.0.0.1:9"
"""The city's platform is named, so that uploads to it are planned, at a port where nobody listens: until the
last act is told the acts send them, at the hours that they tell (`leave_to_its_jobs`)."""
_UNSIGNED = "两家见证未能及时签署 {platform} 的 {size} 条记录；磁盘可能已满，详见 {logs}"
VALID_TO = datetime(2029, 9, 30, tzinfo=UTC)


@dataclass
class Stage:
    """The set-up demo: addresses, keys, tokens and desks."""

    path: Path
    clock: DemoClock
    keys: Mapping[str, PrivateKey]
    held: Mapping[str, PrivateKey]
    addresses: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)  # pack → the link in its printed code
    kept: dict[str, str] = field(default_factory=dict)  # what an act leaves for a later one, by its name
    visitors: dict[tuple[str, str], Visitor] = field(
        default_factory=dict
    )  # (platform, login) → who sits there
    pictured: dict[str, str] = field(default_factory=dict)  # product or plot → the statement with its picture
    _desks: dict[tuple[str, str, str], SigningClient] = field(default_factory=dict)

    def client(self, platform: str, token: str) -> PlatformClient:
        return PlatformClient(self.addresses[platform], self.tokens.get(f"{platform}:{token}", ""))

    def desk(self, who: str, platform: str, stream: str = "desk") -> SigningClient:
        """The desk of a party at a platform; its journal lies beside its key."""
        name = (who, platform, stream)
        if name not in self._desks:
            client, key, iss = self.client(platform, who), self.keys[who], world().urn(who)
            journal = self.path / "party-keys" / f"{who}.{platform}-{stream}.journal"
            self._desks[name] = SigningClient(client, key, iss, f"{platform}-{stream}", self.now, journal)
        return self._desks[name]

    def now(self) -> datetime:
        return self.clock().replace(microsecond=0)

    def reach(self, when: str) -> None:
        """Let the demo's time go on to `when` (Shanghai), unless it is later already.

        Not before both witnesses have signed what happened until now: a jump of days would make it late.
        """
        self.settle()
        moment = at(when)
        if moment > self.clock():
            self.clock.advance_to(moment)

    def settle(self) -> None:
        """Wait until both witnesses have signed all that was stated; raises TimeoutError."""
        wanted: dict[str, int] = {}
        for (_, platform, _), desk in self._desks.items():
            wanted[platform] = max(wanted.get(platform, 0), desk.logged)
        for (platform, _), visitor in self.visitors.items():
            wanted[platform] = max(wanted.get(platform, 0), visitor.logged)
        deadline = time.monotonic() + SETTLE_SECONDS
        for platform, size in wanted.items():
            while _cosigned_size(self.client(platform, "witness")) < size:
                if time.monotonic() > deadline:
                    raise TimeoutError(
                        _UNSIGNED.format(size=size, platform=platform, logs=self.path / "logs")
                    )
                time.sleep(0.05)


def _cosigned_size(client: PlatformClient) -> int:
    note = client.get("/log/checkpoint").decode()
    return int(note.split("\n")[1]) if note.count("\u2014") > len(WITNESSES) else 0


def prepare(path: Path) -> Stage:
    """Clear `path` and lay out keys and clock; nothing runs yet."""
    _clear(path)
    for part in ("party-keys", "files", "logs"):
        (path / part).mkdir(parents=True)
    path.chmod(0o700)  # the database holds what parties disclosed to the platform alone
    keys = {party: PrivateKey.generate() for party in world().parties}
    for party, key in keys.items():
        write_secret(path / "party-keys" / f"{party}.pem", key.to_pem())
    held = {party: PrivateKey.generate() for parties in HELD_AT.values() for party in parties}
    return Stage(path, DemoClock.create(path / "clock", at(BEGINS)), keys, held)


def _clear(path: Path) -> None:
    """Remove what an earlier demo left; raises FolderUnfit for a folder that holds anything else."""
    if not path.exists():
        return
    settings = path / SETTINGS
    ours = settings.is_file() and load_folder(path).origin == ORIGINS["food"]
    begun = {"logs", *(("clock",) if (path / "clock").is_file() else ())}  # also of a demo that broke off
    if not ours and "clock" not in begun and any(one.name not in begun for one in path.iterdir()):
        raise FolderUnfit(part=str(path), reason="not-a-demo")
    require_free(path)
    shutil.rmtree(path)


def raise_curtain(stage: Stage, neighbours: Neighbours, listening: Listening) -> None:
    """Create platforms and witnesses under one policy, and start every process."""
    named = ("agri", "city", "feed", SYSTEM, *(f"witness-{one}" for one in WITNESSES))
    ports = {name: free_port() for name in named}
    ports["food"] = listening.port
    url = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    folders = _folders(stage, {**url, "food": listening.public})
    witnesses = {
        one: create_witness_folder(stage.path / f"witness-{one}", f"witness.{one}.example.cn/demo")
        for one in WITNESSES
    }
    registrars = {
        keys[one].kid: str(world().parties[one]["name"])
        for one in REGISTRARS
        for keys in (stage.keys, stage.held)
    }
    logs = [(folder.read_log_key(), folder.public_url) for folder in folders.values()]
    cosigners = [(one, witnesses[one].vkey, url[f"witness-{one}"] + "/") for one in WITNESSES]
    for folder in folders.values():
        write_policy(folder.policy_path, logs, cosigners, registrars)
    for name, folder in folders.items():
        _issue_tokens(stage, name, folder)
    for one in WITNESSES:
        sources = {ORIGINS[name]: (url[name], stage.tokens[f"{name}:witness"]) for name in ORIGINS}
        witnesses[one].configure(folders["food"].policy_path, sources, clock_file=stage.path / "clock")
    *_, stage.addresses["city"], stage.addresses[SYSTEM], stage.addresses["agri"] = neighbours.start_all(
        [
            *(
                (
                    f"witness-{one}",
                    ["witness", "--data", str(witnesses[one].path)],
                    ports[f"witness-{one}"],
                )
                for one in WITNESSES
            ),
            ("city", ["simulate", "city"], ports["city"]),
            (SYSTEM, simulated_system(), ports[SYSTEM]),
            ("agri", ["serve", "--data", str(folders["agri"].path)], ports["agri"]),
        ]
    )
    feed = ["simulate", "faulty-feed", "--upstream", url["agri"]]
    stage.addresses["feed"] = neighbours.start("feed", feed, ports["feed"])
    served = ["serve", "--data", str(stage.path), *listening.served]
    stage.addresses["food"] = neighbours.start("food", served, listening.port)


def simulated_system() -> list[str]:
    """The arguments of the simulator that plays the one named system that the demo is connected to."""
    return ["simulate", "system", "--name", SYSTEM]


def register_keys(stage: Stage) -> None:
    """The registrars register themselves, then every party's key where that party states things.

    Both logs then begin the newest edition: what follows enters by its doors.
    """
    for platform, parties in KEYS_AT.items():
        for registrar in REGISTRARS:
            stage.desk(registrar, platform).state([_registration(stage, registrar, registrar)])
        for registrar, mine in (("G2", FARMS), ("G1", ())):
            chosen = [one for one in parties if (one in FARMS) == bool(mine)]
            if chosen:
                stage.desk(registrar, platform).state(
                    [_registration(stage, registrar, one) for one in chosen]
                )
    stage.desk(OPERATOR, "food").state([_links_registration(stage)])
    for platform, origin in ORIGINS.items():
        begun = {"log": origin, "edition": NEWEST}
        stage.desk(OPERATOR, platform).state([draft(OPERATOR, EDITION.typ, origin, BEGINS, begun)])


def _folders(stage: Stage, url: Mapping[str, str]) -> dict[str, PlatformFolder]:
    cosigners = tuple(WitnessAddress(one, url[f"witness-{one}"]) for one in WITNESSES)
    paths = {"food": (stage.path, "clock"), "agri": (stage.path / "agri", "../clock")}
    made = {}
    for role, (path, clock) in paths.items():
        made[role] = PlatformFolder(
            path, role, ORIGINS[role], "demo", clock, url[role], "demo",
            witnesses=cosigners, neighbours={"city": _NOT_YET} if role == "food" else {},
        )  # fmt: skip
        made[role].create()
    return made


def leave_to_its_jobs(stage: Stage) -> None:
    """Name the neighbours in the food platform's settings: from its next start it asks them by itself.

    Until then the acts do it at the hours that they tell.
    """
    folder = load_folder(stage.path)
    for name in ("feed", "addressed"):
        write_secret(stage.path / "keys" / f"{name}.token", stage.tokens[f"agri:{name}"].encode())
    told = {name: stage.addresses[name] for name in ("city", "feed", SYSTEM)}
    replace(folder, neighbours=told).save()


def _issue_tokens(stage: Stage, name: str, folder: PlatformFolder) -> None:
    migrate_folder(folder)
    platform = open_platform(folder.path)
    grants: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
        party: (party, ("statements:write", "evidence:write"), ()) for party in world().parties
    }
    grants["feed"] = ("G1", (FEED,), ())
    grants["addressed"] = ("G1", (ADDRESSED,), ())
    grants["witness"] = ("G1", ("log:entries",), ())
    grants["regulator"] = ("G1", ("trace:all",), ("regulator_market",))
    for token, (holder, scopes, roles) in grants.items():
        terms = Terms(AREA if roles else "")
        issued = issue_token(platform.transactions, world().urn(holder), token, scopes, roles, terms)
        stage.tokens[f"{name}:{token}"] = issued
    platform.close()


def _registration(stage: Stage, registrar: str, party: str) -> Draft:
    data = registration_data(
        stage.keys[party],
        world().urn(party),
        str(world().parties[party]["name"]),
        roles=world().roles(party),
        streams=("*",),
        custody="file",
        valid_from=at(KEYS_FROM),
        valid_to=VALID_TO,
    )
    return draft(registrar, "party.key.register", world().urn(party), BEGINS, data)


def _links_registration(stage: Stage) -> Draft:
    """The key with which the food platform signs link lists; it may state nothing."""
    key = load_folder(stage.path).read_links_key()
    if key is None:
        raise FolderUnfit(part="keys/links.key", reason="missing")
    data = registration_data(
        key,
        world().urn(OPERATOR),
        str(world().parties[OPERATOR]["name"]),
        roles=(RESOLVER,),
        streams=("links",),
        custody="server",
        valid_from=at(KEYS_FROM),
        valid_to=VALID_TO,
    )
    return draft(OPERATOR, "party.key.register", world().urn(OPERATOR), BEGINS, data)
