"""Keys of the demo that the service holds (平台代管): its people sign on pages without making one first.

The master key lies beside the data folder, not in it, as a server's does; it is made anew with each demo.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cli.demo.faults import pull
from cli.demo.stage import HELD_AT, KEYS_FROM, REGISTRARS, VALID_TO, Stage
from cli.demo.world import at, draft, world
from trace.calendar.shanghai import SHANGHAI_TIME
from trace.exchange.draft import Draft
from trace.ledger.key_sealing import MasterKey
from trace.ledger.keys import REGISTER, registration_data
from trace.platform.folder import read_secret
from trace.platform.master_key import FILE, write_master_key
from trace.platform.opening import open_platform
from trace.usecases.signing.batches import own_stream
from trace.usecases.signing.held_keys import SERVER, hold_key

_REGISTRARS: Final = {"food": "G1", "agri": "G2"}


def make_master_key(data: Path) -> None:
    """The demo's master key, over that of an earlier demo in the same place."""
    path = _path(data)
    path.unlink(missing_ok=True)
    write_master_key(path, data)


def environment(data: Path) -> Mapping[str, str]:
    """What a server of the demo is told of the master key; nothing where there is none (an older demo)."""
    path = _path(data)
    return {FILE: str(path.resolve())} if path.exists() else {}


def hold_keys(stage: Stage) -> None:
    """Register the held keys and give them to the keeping of their platforms."""
    path = _path(stage.path)
    master = MasterKey.from_text(read_secret(path, path.name).decode().strip())
    for name, parties in HELD_AT.items():
        registrar = _REGISTRARS[name]
        stage.desk(registrar, name).state([_registration(stage, registrar, one) for one in parties])
        platform = open_platform(stage.path if name == "food" else stage.path / name)
        try:
            for party in parties:
                hold_key(platform.transactions, master, world().urn(party), stage.held[party])
        finally:
            platform.close()
    pull(stage)  # the farms' new keys: the food platform knows whoever states next


def _registration(stage: Stage, registrar: str, party: str) -> Draft:
    """Of a registrar the key may register others too: the policy names it."""
    key, now = stage.held[party], stage.now()
    data = registration_data(
        key,
        world().urn(party),
        str(world().parties[party]["name"]),
        roles=world().roles(party),
        streams=("*",) if party in REGISTRARS else (own_stream(key.kid),),
        custody=SERVER,
        valid_from=at(KEYS_FROM),
        valid_to=VALID_TO,
    )
    when = f"{now.astimezone(SHANGHAI_TIME):%m-%d %H:%M}"
    return draft(registrar, REGISTER, world().urn(party), when, data)


def _path(data: Path) -> Path:
    return data.resolve().with_name(f"{data.resolve().name}.master-key")
