"""The whole examination of a platform's or a witness's folder: every check that can be made, in one order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from trace.errors import Refusal
from trace.platform.clocks import system_clock
from trace.platform.examination.clocks import CHECK, judge_clock
from trace.platform.examination.database import examine_log, examine_schema
from trace.platform.examination.finding import Finding, refused, unsure, well
from trace.platform.examination.held_keys import examine_held_keys
from trace.platform.examination.neighbours import Neighbours, examine_address, examine_witness
from trace.platform.examination.own_files import (
    examine_backup,
    examine_disk,
    examine_keys,
    examine_owner,
    examine_policy,
    examine_zone,
)
from trace.platform.folder import PlatformFolder, load_folder
from trace.platform.opening import Platform, open_platform
from trace.platform.witness_folder import SETTINGS as WITNESS_SETTINGS
from trace.platform.witness_folder import open_witness, read_watched

_FEED: Final = "feed"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an examination goes by: the newest schema and all known ones, a token to be tried, an address."""

    wanted: str
    known: frozenset[str]
    token: str = ""
    address: str = ""
    network: bool = True


def examine(path: Path, asked: Asked) -> list[Finding]:
    """The findings about whatever lies in `path`: a witness where it has its settings, else a platform."""
    if (path / WITNESS_SETTINGS).is_file():
        return [*_examined_witness(path, asked)]
    try:
        folder = load_folder(path)
    except Refusal as refusal:
        return [refused("settings", refusal), examine_keys(path), examine_disk(path)]
    return [
        well("settings", "settings-read", role=folder.role, origin=folder.origin),
        *_platform(folder, asked),
    ]


def _platform(folder: PlatformFolder, asked: Asked) -> Iterator[Finding]:
    yield examine_keys(folder.path)
    yield examine_owner(folder.path)
    yield from examine_policy(folder)
    yield examine_disk(folder.path)
    schema = examine_schema(folder.database_url, folder.origin, asked.wanted, asked.known)
    yield schema
    size = None
    platform = _opened(folder, asked) if schema.state == "well" else None
    if isinstance(platform, Refusal):
        yield refused("opening", platform)
    elif platform is not None:
        try:
            standing, found = examine_log(platform, asked.token)
            yield from found
            size = None if standing is None else standing.size
            yield from examine_held_keys(platform)
            behind = standing is not None and standing.size > standing.cosigned
            yield from _around(platform, asked, behind=behind)
        finally:
            platform.close()
    yield examine_backup(folder.path, size, system_clock())
    yield examine_zone(system_clock())


def _opened(folder: PlatformFolder, asked: Asked) -> Platform | Refusal:
    try:
        return open_platform(folder.path, asked.address)
    except Refusal as refusal:
        return refusal


def _around(platform: Platform, asked: Asked, *, behind: bool) -> Iterator[Finding]:
    if not asked.network:
        yield from examine_address(platform.public_url)
        yield unsure("network", "network-not-asked")
        return
    folder, neighbours = platform.folder, Neighbours()
    checks: list[Callable[[], list[Finding]]] = [
        partial(examine_witness, platform, number, behind=behind) for number in range(len(platform.cosigners))
    ]
    checks.append(partial(neighbours.address, platform.public_url, platform.log_key.verifier))
    feed = folder.neighbours.get(_FEED)
    if feed:
        checks.append(partial(neighbours.feed, feed, folder.read_named("feed.token")))
    clocks: list[Callable[[], list[Finding]]] = [
        partial(_clock_read, neighbours, one.name, one.url) for one in folder.witnesses
    ]
    try:
        yield from neighbours.examine([*checks, *clocks])
    finally:
        neighbours.close()
    if folder.clock == "system":
        yield judge_clock(neighbours.ahead)
    else:
        yield unsure(CHECK, "clock-of-the-demo")


def _clock_read(neighbours: Neighbours, name: str, url: str) -> list[Finding]:
    neighbours.clock_of(name, f"{url.rstrip('/')}/healthz")
    return []


def _examined_witness(path: Path, asked: Asked) -> Iterator[Finding]:
    yield examine_keys(path, WITNESS_SETTINGS)
    yield examine_owner(path)
    yield examine_disk(path)
    try:
        witness, watched = open_witness(path), read_watched(path)
    except Refusal as refusal:
        yield refused("settings", refusal)
        return
    yield well("settings", "witness-read", witness=witness.key.name, logs=sorted(witness.logs))
    witness.transactions.engine.dispose()
    if not asked.network:
        yield unsure("network", "network-not-asked")
    else:
        neighbours = Neighbours()
        for one in watched:
            neighbours.clock_of(one.origin, one.url)
        try:
            yield from neighbours.examine(
                [partial(_watched, neighbours, one.url, one.token) for one in watched]
            )
        finally:
            neighbours.close()
        yield judge_clock(neighbours.ahead)
    yield examine_zone(system_clock())


def _watched(neighbours: Neighbours, url: str, token: str) -> list[Finding]:
    return [neighbours.token("log", f"{url.rstrip('/')}/keys?start=0&end=0", token, url)]
